import { setImmediate } from 'node:timers/promises';
import { topics } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import type { SchemaIds } from '../../records/codec.ts';
import type { ClockMove, Control, Garage } from '../../records/records.ts';
import { keptAll, keptRange, keptRecords, keptValues, type KeptValue } from './kept-records.ts';
import { openTrace, type Trace } from './trace.ts';

/** A garage's visits as the rules make them once more of what the topics still hold. */
export interface RebuiltGarage {
  readonly garageId: string;
  /** Of all its topics. */
  readonly partition: number;
  readonly trace: Trace;
  readonly controls: readonly KeptValue<Control>[];
  readonly moves: readonly KeptValue<ClockMove>[];
  /** Offset of the first read that was looked at: 0 when none are gone. */
  readonly fromOffset: number;
  /** When the first read of the garage that went in was received, ms UTC; null: there was none. */
  readonly readFrom: number | null;
  /** Changes of the configuration whose garage was since overwritten: the nearest that is still there took its place. */
  readonly lostConfigurations: number;
  /** Offsets at which a camera's read stands, the first delivery first. */
  offsetsOf(cameraId: string, readId: string): readonly number[];
}

/**
 * Reads the garage's history from its topics and lets the rules make visits of it once more.
 *
 * @param isAsked whether somebody asks about the visit of that id
 * @param mostRecords at most so many of the newest records of the reads' partition are looked at
 */
export async function rebuildGarage(
  log: Log, ids: SchemaIds, garageId: string, isAsked: (visitId: string) => boolean, mostRecords = Infinity,
): Promise<RebuiltGarage> {
  // Before the clock's: whatever the clock tells of reads up to there is on its topic by then, or came to nothing yet.
  const reads = await keptRange(log, topics.reads.name, garageId);
  const controls = await keptValues(log, ids, 'Control', topics.visitsControl.name, garageId);
  const moves = await keptValues(log, ids, 'ClockMove', topics.visitsClock.name, garageId);
  const configurations = await keptAll(log, ids, 'Garage', topics.garages.name, garageId);

  const lost = new Set<string>();
  const configured = ({ controlId, version }: Control): Garage | null => {
    const taken = configurations.findLast(({ offset }) => offset < version!);
    if (taken !== undefined) return taken.value;
    lost.add(controlId);
    return configurations[0]?.value ?? null;
  };
  const byId = new Map(controls.map(({ value }) => [value.controlId, value]));
  const history = { moves: moves.map(({ value }) => value), controls: byId, configured };
  const trace = openTrace(garageId, history, isAsked);

  const fromOffset = Math.max(reads.from, reads.to - mostRecords);
  const offsets = new Map<string, number[]>();
  let readFrom: number | null = null;
  let taken = 0;
  for await (const { offset, timestamp, value } of keptRecords(log, ids, 'CameraRead', { ...reads, from: fromOffset }, garageId)) {
    if (value === null) continue;
    trace.rebuild.read(value, offset, timestamp);
    // Others in this process get their turn.
    if (++taken % TURN_EVERY === 0) await setImmediate();
    readFrom ??= value.receivedAt;
    const key = `${value.cameraId} ${value.readId}`;
    const known = offsets.get(key);
    if (known === undefined) offsets.set(key, [offset]);
    else known.push(offset);
  }
  trace.rebuild.end(reads.to);
  return {
    garageId, partition: reads.partition, trace, controls, moves, fromOffset, readFrom,
    get lostConfigurations() {
      return lost.size;
    },
    offsetsOf: (cameraId, readId) => offsets.get(`${cameraId} ${readId}`) ?? [],
  };
}

/** Reads, a few ms' work. */
const TURN_EVERY = 100;
