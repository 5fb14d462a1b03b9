import avsc from 'avsc';
import type { StateCodec, Table, TaskState } from '../../engine/state.ts';
import { encodeAvro, parseSchema, schemaText } from '../../records/codec.ts';
import type { CameraRead, Garage } from '../../records/records.ts';
import type { GarageWatch } from '../cameras/camera-watch.ts';
import { rhythmCodec, type GarageRhythm } from '../cameras/rhythm-codec.ts';
import { watchCodec } from '../cameras/watch-codec.ts';
import type { GarageClock } from '../clock/garage-clock.ts';
import type { LearnedConfidences } from '../learned/confidence-worth.ts';
import type { LearnedDwell } from '../learned/dwell-times.ts';
import type { CameraConfusions } from '../learned/camera-confusions.ts';
import { nothingTaught, type TaughtStays } from '../learned/taught-stays.ts';
import { nothingCounted, type Occupancy } from '../occupancy/occupancy.ts';
import type { BlankRead } from '../passages/blank-read.ts';
import { GarageIndex } from './garage-index.ts';
import { MetOrigins } from './met-origins.ts';
import { NO_SLOT } from './plate-stays.ts';
import './shapes.ts';
import { stayCodec } from './stay-codec.ts';
import { StayColumns } from './stay-columns.ts';
import type { LateRead, Stay } from './stay.ts';

/**
 * What the rules remember, per task. Each table's values are in the changelog; the indexes are derived from
 * them by watchers, and so are right after a restore and after an undo too.
 */

/** A count of the vehicles inside that waits until all reads of its time have come in. */
export interface Recount {
  readonly garageId: string;
  /** The instant at which it holds, ms UTC. */
  readonly at: number;
  readonly count: number;
  /** Plates that were seen inside, if somebody noted them. */
  readonly plates: readonly string[];
  readonly issuedBy: string;
  readonly reason: string;
  /** Remembered so that the same control record changes nothing when it comes again. */
  readonly isSettled: boolean;
  readonly dueAt: number;
}

/** A garage's configuration as a control record brought it. */
export interface Configuration {
  /** End offset of the garages table that it was taken at. */
  readonly version: number;
  readonly garage: Garage;
}

export interface VisitsState {
  readonly stays: Table<Stay>;
  readonly clocks: Table<GarageClock>;
  readonly configurations: Table<Configuration>;
  readonly lateReads: Table<LateRead>;
  readonly learned: Table<TaughtStays>;
  /** By controlId. */
  readonly recounts: Table<Recount>;
  readonly blankReads: Table<BlankRead>;
  /** By garage. */
  readonly watches: Table<GarageWatch>;
  /** By garage and day of the week. */
  readonly rhythms: Table<GarageRhythm>;
  /** By garage and hour class. */
  readonly dwells: Table<LearnedDwell>;
  /** By garage. */
  readonly occupancies: Table<Occupancy>;
  /** By garage and camera. */
  readonly confusions: Table<CameraConfusions>;
  /** By garage. */
  readonly confidences: Table<LearnedConfidences>;
  /** The index of a garage, made when first asked for. */
  garage(garageId: string): GarageIndex;
  /** Whether it has one: something of it was read, configured or restored. */
  hasGarage(garageId: string): boolean;
  /** A read that was decoded just now is taken next: its garage, its camera and its lane are found at once, if they are known. */
  meet(read: CameraRead): void;
  /** Garages that have an index, by their numbers. */
  garages(): readonly GarageIndex[];
}

export function openVisitsState(state: TaskState): VisitsState {
  const indexes = new Map<string, GarageIndex>();
  const garages: GarageIndex[] = [];
  const origins = new MetOrigins(indexes);
  const columns = new StayColumns();
  /** Asked for last: of one record several times. */
  let asked: GarageIndex | null = null;
  const garage = (garageId: string): GarageIndex => {
    if (asked !== null && asked.garageId === garageId) return asked;
    let index = indexes.get(garageId);
    if (index === undefined) {
      index = new GarageIndex(garageId, garages.length, stays, columns);
      indexes.set(garageId, index);
      garages.push(index);
    }
    return (asked = index);
  };
  const stays: Table<Stay> = state.table(1, stayCodec, (_visitId, before, after, slot) => {
    garage((after ?? before)!.garageId).stayChanged(slot, before, after);
  });
  const clocks = state.table(2, clockCodec, (garageId, before, after, slot) => {
    if (before === undefined || after === undefined) garage(garageId).clockSlot = after === undefined ? NO_SLOT : slot;
  });
  const configurations = state.table(3, configurationCodec, (garageId, _before, after) => {
    garage(garageId).configure(after?.garage ?? null);
  });
  const lateReads = state.table(4, lateReadCodec, (readKey, before, after) => {
    garage((after ?? before)!.garageId).lateReadChanged(readKey, before, after);
  });
  const learned = state.table(5, learnedCodec, (garageId, _before, after, slot) => {
    garage(garageId).learned.learnStayTimes(after ?? nothingTaught, after === undefined ? NO_SLOT : slot);
  });
  const recounts = state.table(6, recountCodec, (controlId, _before, after) => {
    if (after !== undefined) garage(after.garageId).recountDue(after.dueAt, controlId);
  });
  const blankReads = state.table(7, blankReadCodec, (readKey, before, after, slot) => {
    garage((after ?? before)!.garageId).blankReadChanged(readKey, before, after, slot);
  });
  const watches = state.table(8, watchCodec, (key, before, after) => {
    garage((after ?? before)!.garageId).cameras.watchChanged(key, after ?? null);
  });
  const rhythms = state.table(9, rhythmCodec, (key, before, after) => {
    garage((after ?? before)!.garageId).cameras.rhythmChanged(key, before, after);
  });
  const dwells = state.table(10, dwellCodec, (_key, before, after, slot) => {
    const { garageId, hourClass } = (after ?? before)!;
    garage(garageId).learned.learnDwellTimes(hourClass, after, after === undefined ? NO_SLOT : slot);
  });
  const occupancies = state.table(11, occupancyCodec, (garageId, _before, after) => {
    garage(garageId).occupancy = after ?? nothingCounted;
  });
  const confusions = state.table(12, confusionsCodec, (_key, before, after) => {
    const { garageId, cameraId } = (after ?? before)!;
    garage(garageId).confusions.learn(cameraId, after ?? null);
  });
  const confidences = state.table(13, confidencesCodec, (garageId, _before, after, slot) => {
    garage(garageId).confidences.learn(after ?? null, after === undefined ? NO_SLOT : slot);
  });
  return {
    stays, clocks, configurations, lateReads, learned, recounts, blankReads, watches, rhythms, dwells, occupancies, confusions, confidences,
    garage,
    hasGarage: (garageId) => {
      if (asked === null || asked.garageId !== garageId) asked = indexes.get(garageId) ?? null;
      return asked !== null;
    },
    meet(read) {
      const origin = origins.of(read);
      if (origin === null) return;
      asked = origin.garage;
      asked.cameras.ask(origin.camera);
      asked.lanes.ask(origin.lane);
    },
    garages: () => garages,
  };
}

/** @param before the formats before it, the first first */
function avroCodec<V>(type: avsc.Type, ...before: readonly avsc.Type[]): StateCodec<V> {
  const current = before.length + 1;
  const resolvers = before.map((former) => type.createResolver(former));
  return {
    formatVersion: current,
    encodeTo: (value, slab) => encodeAvro(type, value, slab),
    decode(bytes, formatVersion) {
      if (formatVersion === current) return type.fromBuffer(bytes) as V;
      const resolver = resolvers[formatVersion - 1];
      if (resolver === undefined) throw new Error(`state of format ${formatVersion} can't be read by this release`);
      return type.fromBuffer(bytes, resolver) as V;
    },
  };
}

const nullable = (type: unknown) => ['null', type];
/** @param added numbers and lists that the format before had not: 0, and empty, in what is read of that */
const record = (name: string, fields: Record<string, unknown>, added: Record<string, unknown> = {}) => ({
  type: 'record', name, fields: [
    ...Object.entries(fields).map(([field, type]) => ({ name: field, type })),
    ...Object.entries(added).map(([field, type]) => ({ name: field, type, default: typeof type === 'string' ? 0 : [] })),
  ],
});
const stateType = (schema: unknown): avsc.Type => parseSchema(JSON.stringify(schema));

const clockType = stateType(record('GarageClock', {
  clock: 'long', waitingCamera: nullable('string'), waitingAt: 'long', held: 'boolean', readsOffset: 'long',
}));

const configurationType = stateType(record('Configuration', {
  version: 'long', garage: JSON.parse(schemaText('Garage')),
}));

const counts = { type: 'array', items: 'long' };
const learnedFields = { lengths: counts, paired: 'long', strays: 'long' };
const comesAgain = { reentries: counts, reexits: counts, spans: counts };
const learnedTypeFirst = stateType(record('LearnedStays', learnedFields));
const learnedTypeAgain = stateType(record('LearnedStays', { ...learnedFields, ...comesAgain }));
const learnedTypeBefore = stateType(record('LearnedStays', { ...learnedFields, ...comesAgain, since: 'double', until: 'double' }));
/**
 * Format 1 knew nothing of vehicles that came again, format 2 not since when: since 0, for it was at work for weeks; format 3 counted all at
 * once.
 */
const learnedType = stateType(record('LearnedStays', learnedFields, {
  ...comesAgain, since: 'double', until: 'double',
  waiting: {
    type: 'array', items: record('WaitingStay', {
      interval: 'long', stay: nullable(record('EndedStay', { enteredAt: 'long', leftAt: 'long' })),
      next: nullable(record('NextStay', { entryToEntryMs: 'long', exitToExitMs: nullable('long'), entryToExitMs: nullable('long') })),
    }),
  },
}));

const dwellFields = { garageId: 'string', hourClass: 'int', lengths: counts };
const dwellTypeBefore = stateType(record('LearnedDwell', dwellFields));
/** Format 1 knew no days: they are counted from then on, and so is how many come in an hour. */
const dwellType = stateType(record('LearnedDwell', dwellFields, { counted: 'int', days: 'int', lastDay: 'int' }));

const occupancyFields = { countedAt: 'long', unknown: 'long', toldBeyond: nullable('long') };
const occupancyTypeFirst = stateType(record('Occupancy', occupancyFields));
const occupancyTypeBefore = stateType(record('Occupancy', occupancyFields, { counted: 'long', leftOut: 'double', overlooked: 'double' }));
/**
 * Format 2 took all open visits that a count had left for ones of vehicles inside, less so many in all (`leftOut`). Till the next count
 * they are taken so now as well.
 */
const occupancyType = stateType(record('Occupancy', { ...occupancyFields, unknown: 'double' }, {
  counted: 'long', overlooked: 'double', ended: 'double', doubt: 'double',
  cameUnread: { type: 'array', items: record('CameUnread', { interval: 'long', vehicles: 'double' }) },
}));

/** What `up-to-interval.ts` keeps; of format 1, which counted all at once, all counts, and nothing earlier is known. */
const withEarlier = (name: string, fields: Record<string, unknown>) => ({
  interval: 'long', earlier: { type: 'array', items: record(name, { interval: 'long', ...fields }) },
});

const confusionsFields = { garageId: 'string', cameraId: 'string' };
const charactersFields = { characters: {
  type: 'array', items: record('CharacterReads', {
    plate: 'string', seen: 'double', readAs: { type: 'array', items: record('ReadAs', { read: 'string', times: 'double' }) },
  }),
} };
const confusionsTypeBefore = stateType(record('CameraConfusions', { ...confusionsFields, ...charactersFields }));
const confusionsType = stateType(record(
  'CameraConfusions', { ...confusionsFields, ...charactersFields },
  withEarlier('CharactersLearned', { characters: { type: 'array', items: 'CharacterReads' } }),
));

const stepsFields = { steps: {
  type: 'array', items: record('ReliabilityStep', {
    right: 'long', wrong: 'long', rightWithCandidates: 'long', wrongWithCandidates: 'long',
  }),
} };
const confidencesTypeBefore = stateType(record('LearnedConfidences', { garageId: 'string', ...stepsFields }));
const confidencesType = stateType(record(
  'LearnedConfidences', { garageId: 'string', ...stepsFields },
  withEarlier('StepsLearned', { steps: { type: 'array', items: 'ReliabilityStep' } }),
));

const recountType = stateType(record('Recount', {
  garageId: 'string', at: 'long', count: 'long', plates: { type: 'array', items: 'string' }, issuedBy: 'string', reason: 'string',
  isSettled: 'boolean', dueAt: 'long',
}));

const lateReadTypeBefore = stateType(record('LateRead', { garageId: 'string', dueAt: 'long' }));
const lateReadType = stateType({
  type: 'record',
  name: 'LateRead',
  fields: [
    { name: 'garageId', type: 'string' }, { name: 'dueAt', type: 'long' },
    { name: 'told', type: nullable(JSON.parse(schemaText('Irregularity'))), default: null },
  ],
});

const blankReadType = stateType(record('BlankRead', {
  garageId: 'string', laneId: 'string', cameraId: 'string', readId: 'string', at: 'long', isJudged: 'boolean',
  told: { type: 'array', items: JSON.parse(schemaText('Irregularity')) }, dueAt: 'long',
}));

/** Made once: to resolve a former format takes longer than to open a state. */
const clockCodec = avroCodec<GarageClock>(clockType);
/** What is asked for at each read stands in the index. */
const configurationCodec: StateCodec<Configuration> = { ...avroCodec<Configuration>(configurationType), rests: () => true };
const lateReadCodec = avroCodec<LateRead>(lateReadType, lateReadTypeBefore);
const learnedCodec = avroCodec<TaughtStays>(learnedType, learnedTypeFirst, learnedTypeAgain, learnedTypeBefore);
const recountCodec = avroCodec<Recount>(recountType);
const blankReadCodec = avroCodec<BlankRead>(blankReadType);
const dwellCodec = avroCodec<LearnedDwell>(dwellType, dwellTypeBefore);
const occupancyCodec = avroCodec<Occupancy>(occupancyType, occupancyTypeFirst, occupancyTypeBefore);
const confusionsCodec = avroCodec<CameraConfusions>(confusionsType, confusionsTypeBefore);
const confidencesCodec = avroCodec<LearnedConfidences>(confidencesType, confidencesTypeBefore);
