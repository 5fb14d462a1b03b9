import { topics, partitionCounts } from '../../topics/topics.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import type { LogRecord } from '../engine/log.ts';
import { OutputsNow } from '../engine/outputs.ts';
import { NotYetError, RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import type { TaskState } from '../engine/state.ts';
import { headerWriter, openCodec, type Codec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Control, Garage } from '../records/records.ts';
import { plateKey } from '../sightings/sightings-of-visits.ts';
import { checkControl, checkRead } from './acceptance.ts';
import { openVisitRules } from './rules.ts';
import type { Ignored, Sink } from './sink.ts';

export interface VisitsStageOptions {
  readonly ids: SchemaIds;
  /** parking.garages, read to its end. */
  readonly garages: Pick<GlobalTable<Garage>, 'get' | 'version' | 'reached'>;
  /** Partitions of the topics of the group `garage`. */
  readonly partitions?: number;
  /** Told of each read that changed nothing; for metrics. */
  readonly ignored?: (why: Ignored) => void;
}

/** The rules of visits, joined to the engine: bytes in, bytes out. */
export function visitsStage(options: VisitsStageOptions): Stage {
  return {
    name: 'visits',
    inputs: [topics.reads.name, topics.visitsControl.name],
    changelog: topics.visitsState.name,
    outputs: [topics.visits.name, topics.irregularities.name, topics.visitsClock.name, topics.occupancy.name],
    openTask: (task, state) => openVisitsTask(task, state, options),
  };
}

function openVisitsTask(task: number, state: TaskState, options: VisitsStageOptions): StageTask {
  const { ids, garages, partitions = partitionCounts.garage, ignored = () => {} } = options;
  const reads = openCodec('CameraRead', ids);
  const controls = openCodec('Control', ids);
  const rules = openVisitRules(state);
  const now = new OutputsNow();
  const sink = sinkInto(now, task, ids, ignored);

  /** @throws {RejectedError} the garage belongs to another task, whose owner would not know of it */
  const checkPartition = (garageId: string): void => {
    // Whatever is known of was the task's own.
    if (rules.state.hasGarage(garageId)) return;
    const partition = partitionOf(garageId, partitions);
    if (partition !== task) {
      throw new RejectedError('wrong_partition', `the garage's partition is ${partition}, not ${task}`);
    }
  };

  return {
    apply({ topic, record, monotonicMs }, out) {
      now.begin(out, record.timestamp);
      if (topic === topics.reads.name) {
        const read = valueOf(record, reads);
        checkRead(read, record.timestamp);
        rules.state.meet(read);
        checkPartition(read.garageId);
        rules.read(read, record.offset, monotonicMs, sink);
      } else {
        const control = valueOf(record, controls);
        checkControl(control, record.timestamp);
        checkPartition(control.subject);
        rules.control(control, configuredGarage(control), monotonicMs, sink);
      }
    },
    tick({ monotonicMs, wallMs }, out) {
      now.begin(out, wallMs);
      return rules.quiet(monotonicMs, sink);
    },
  };

  /** @throws {NotYetError} the table has not been read up to the change yet */
  function configuredGarage(control: Control): Garage | null {
    if (control.type !== 'configuration') return null;
    const version = control.version!;
    if (garages.version < version) {
      throw new NotYetError(`parking.garages is not read up to version ${version}`, () => garages.reached(version));
    }
    return garages.get(control.subject) ?? null;
  }
}

/** @throws {RejectedError} it has none, or as `decode` does */
function valueOf<T>(record: LogRecord, codec: Codec<T>): T {
  const place = record.valuePlace;
  if (place !== undefined) return codec.decode(place.bytes, place.start, place.end);
  const { value } = record;
  if (value === null) throw new RejectedError('empty_record', 'the record has no value');
  return codec.decode(value);
}

/** Encodes what the rules find and adds it to the outputs of the moment. */
function sinkInto(now: OutputsNow, task: number, ids: SchemaIds, ignored: (why: Ignored) => void): Sink {
  const visits = openCodec('Visit', ids);
  const writeVisitHeader = headerWriter('Visit', ids);
  const writeIrregularityHeader = headerWriter('Irregularity', ids);
  const irregularities = openCodec('Irregularity', ids);
  const clockMoves = openCodec('ClockMove', ids);
  const sightings = openCodec('Sighting', ids);
  const occupancies = openCodec('Occupancy', ids);
  return {
    visit: (visit) => now.add(topics.visits.name, task, visit.garageId, visits, visit),
    written: {
      visit(record) {
        writeVisitHeader(record);
        now.addBytes(topics.visits.name, task, record);
      },
      irregularity(record) {
        writeIrregularityHeader(record);
        now.addBytes(topics.irregularities.name, task, record);
      },
    },
    irregularity: (irregularity) => now.add(topics.irregularities.name, task, irregularity.garageId, irregularities, irregularity),
    occupancy: (told) => now.add(topics.occupancy.name, task, told.garageId, occupancies, told),
    clockMove: (move) => now.add(topics.visitsClock.name, task, move.garageId, clockMoves, move),
    sighting(sighting) {
      const key = plateKey(sighting);
      now.add(topics.sightings.name, partitionOf(key, partitionCounts.vehicle), key, sightings, sighting);
    },
    ignored,
  };
}
