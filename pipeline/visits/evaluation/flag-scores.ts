import type { Direction, Garage, Irregularity, Visit } from '../../records/records.ts';
import type { LateReads } from './late-reads.ts';
import type { ToldDirections } from './told-directions.ts';
import { isWhole, type CameraFault, type Truth, type TruePassage, type TrueStay } from './truth.ts';

/**
 * How well one type of irregularity is raised. An irregularity *concerns* the stays and passages that own one of its
 * reads, or a read of one of its visits; one about a camera concerns the fault windows of its lane's cameras that its
 * instant falls into, from ten minutes before to a day after. It is *right* when something that it concerns has the type
 * as label, *excused* when the truth gives cause for it without a label (see EXCUSES), else wrong.
 */
export interface FlagScore {
  readonly type: string;
  /** Labelled stays, passages and windows that could be detected (see `couldBeDetected`); and those that were. */
  readonly labelled: number;
  readonly detected: number;
  /** Irregularities that are not withdrawn. */
  readonly raised: number;
  readonly right: number;
  readonly excused: number;
  /** detected / labelled; right / (raised - excused). Null when there is nothing to divide by. */
  readonly recall: number | null;
  readonly precision: number | null;
}

export interface FlagContext {
  readonly truth: Truth;
  readonly garages: readonly Garage[];
  readonly lateReads: LateReads;
  readonly directions: ToldDirections;
  /** All visits that were ever told, newest revisions, withdrawn ones too. */
  readonly visits: ReadonlyMap<string, Visit>;
}

/** One row for each type that is labelled or raised; `duplicate_read` is counted by the rules, and never raised. */
export function flagScores(irregularities: Iterable<Irregularity>, context: FlagContext): FlagScore[] {
  const { truth } = context;
  const shownTwice = shownTwiceAtEntry(truth);
  const couldBe = detectability(context, shownTwice);
  const lines: readonly Line[] = [...truth.stays, ...truth.passages, ...truth.cameraFaults];
  const labelled = new Map<string, Set<Line>>();
  for (const line of lines) {
    for (const type of line.labels ?? []) {
      if (SCORED.has(type) && couldBe(type, line)) setOf(labelled, type).add(line);
    }
  }
  const concerned = concerning(context);
  const detected = new Map<string, Set<Line>>();
  const counts = new Map<string, { raised: number; right: number; excused: number }>();
  for (const irregularity of irregularities) {
    const { type, status } = irregularity;
    if (status === 'withdrawn' || !SCORED.has(type)) continue;
    const count = counts.get(type) ?? { raised: 0, right: 0, excused: 0 };
    counts.set(type, count);
    count.raised += 1;
    const about = concerned(irregularity);
    const right = about.filter((line) => line.labels?.includes(type));
    for (const line of right) setOf(detected, type).add(line);
    if (right.length > 0) count.right += 1;
    else if (about.some((line) => isExcused(type, line, shownTwice))) count.excused += 1;
  }
  const types = new Set([...labelled.keys(), ...counts.keys()]);
  return [...types].sort().map((type) => {
    const could = labelled.get(type) ?? new Set();
    const found = [...could].filter((line) => detected.get(type)?.has(line)).length;
    const { raised, right, excused } = counts.get(type) ?? { raised: 0, right: 0, excused: 0 };
    return {
      type, labelled: could.size, detected: found, raised, right, excused,
      recall: could.size === 0 ? null : found / could.size,
      precision: raised === excused ? null : right / (raised - excused),
    };
  });
}

type Line = TrueStay | TruePassage | CameraFault;

const SCORED: ReadonlySet<string> = new Set([
  'double_entry', 'exit_without_entry', 'double_exit', 'missed_exit', 'drive_through', 'aaba', 'reversed', 'wrong_direction',
  'direction_unknown', 'plate_mismatch', 'country_mismatch', 'plate_unreadable', 'lane_straddle', 'trailer_plate',
  'no_front_plate', 'tailgating', 'ghost_read', 'two_places', 'overstay', 'camera_silent', 'camera_degraded', 'clock_skew',
  'late_arrival', 'similar_inside',
]);

/** What leaves a passage without a plate: whether the books then hold an entry or an exit is a matter of words. */
const NO_PLATE = ['blank_read', 'tailgated', 'no_front_plate'];

/**
 * Faults that give cause for an irregularity though the whole sequence has not the label: one read of several told a wrong
 * direction, a camera was silent while hardly anybody came.
 */
const EXCUSES: Readonly<Record<string, readonly string[]>> = {
  double_entry: NO_PLATE,
  exit_without_entry: NO_PLATE,
  missed_exit: NO_PLATE,
  direction_unknown: ['no_direction', 'wrong_direction_read', 'against_lane', 'backed_out', 'seen_again_inside'],
  wrong_direction: ['wrong_direction_read', 'backed_out'],
  // Of some that backed out nobody saw that they did.
  reversed: ['backed_out'],
  plate_mismatch: ['misread'],
  country_mismatch: ['country_misread'],
  plate_unreadable: NO_PLATE,
  no_front_plate: ['no_front_plate', 'blank_read'],
  trailer_plate: ['trailer'],
  tailgating: ['tailgated'],
  lane_straddle: ['straddled'],
  late_arrival: ['late', 'backfilled', 'skewed', 'redelivered'],
  similar_inside: ['similar_plates'],
  camera_silent: ['camera_silent'],
  camera_degraded: ['camera_degraded'],
  clock_skew: ['clock_skew', 'skewed'],
};

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** Where "within minutes" and "for days" begin is a setting; between these, a stay may be flagged or not. */
const SHORT_STAY_MS = 15 * MINUTE_MS;
const LONG_STAY_MS = 3 * DAY_MS;

function isExcused(type: string, line: Line, shownTwice: readonly ShownTwice[]): boolean {
  if (line.faults?.some(({ kind }) => EXCUSES[type]?.includes(kind))) return true;
  // There were two vehicles, and the camera read one: whether the second meant to slip through shows nowhere.
  if (type === 'tailgating') return line.labels?.includes('plate_unreadable') === true;
  if (type === 'reversed') return shownTwice.some(({ first, second }) => line === first || line === second);
  if (line.kind !== 'stay') return false;
  const dwell = (line.exitedAt === null ? Infinity : Date.parse(line.exitedAt)) - Date.parse(line.enteredAt);
  if (type === 'drive_through') return dwell < SHORT_STAY_MS;
  // Who left unseen is inside for all that anybody knows.
  return type === 'overstay' && (dwell > LONG_STAY_MS || line.labels?.includes('missed_exit') === true);
}

/** What an irregularity concerns. */
function concerning({ truth, garages, visits }: FlagContext): (irregularity: Irregularity) => Line[] {
  const laneOf = new Map<string, string>();
  for (const { garageId, lanes } of garages) {
    for (const { laneId, cameras } of lanes) {
      // A truth file need not name the garage; camera ids are unique within one.
      for (const { cameraId } of cameras) {
        for (const key of [cameraId, `${garageId} ${cameraId}`]) laneOf.set(key, `${garageId} ${laneId}`);
      }
    }
  }
  const faultsOfLane = new Map<string, CameraFault[]>();
  for (const fault of truth.cameraFaults) {
    const lane = laneOf.get(fault.garageId === undefined ? fault.cameraId : `${fault.garageId} ${fault.cameraId}`) ?? '';
    faultsOfLane.set(lane, [...(faultsOfLane.get(lane) ?? []), fault]);
  }
  return ({ garageId, readIds, visitIds, cameraId, at }) => {
    const about = new Set<Line>();
    const own = (inGarage: string, readId: string | null): void => {
      const owner = readId === null ? undefined : truth.ownerOf(inGarage, readId);
      if (owner !== undefined) about.add(owner.line);
    };
    for (const readId of readIds) own(garageId, readId);
    for (const visitId of visitIds) {
      const visit = visits.get(visitId);
      if (visit === undefined) continue;
      own(visit.garageId, visit.entryReadId);
      own(visit.garageId, visit.exitReadId);
    }
    for (const fault of faultsOfLane.get(laneOf.get(`${garageId} ${cameraId}`) ?? '') ?? []) {
      if (at >= Date.parse(fault.from) - 10 * MINUTE_MS && at <= Date.parse(fault.to) + DAY_MS) about.add(fault);
    }
    return [...about];
  };
}

/**
 * Whether anything shows a label: a missed exit, only once the vehicle comes in again or has been inside for forgetAfter; a
 * late read, only if the garage saw something else meanwhile; an overstay, only if the vehicle was seen leaving, for others that
 * nobody saw leave have left; that a vehicle was inside when it showed itself at the entry a second time, only if that was not within the
 * minutes in which others turn round and come in only then; that it went against its lane, only if a camera said so; that nobody told its
 * direction, only where the lane does not tell it either; two places, only if one stay was read at both ends, and the
 * other in between; that a camera is silent or worse than it was, only once it was seen for a week. Everything else that is
 * labelled could be.
 */
function detectability(
  { truth, garages, lateReads, directions }: FlagContext, shownTwice: readonly ShownTwice[],
): (type: string, line: Line) => boolean {
  const forgetAfter = new Map(garages.map(({ garageId, settings }) => [garageId, settings.forgetAfterMs]));
  const next = nextSigns(truth);
  const inTwoPlaces = overlappingElsewhere(truth);
  const turnedRound = mayHaveTurnedRound(shownTwice);
  const ends = new Map<string, number>();
  const starts = new Map<string, number>();
  for (const { garageId, enteredAt, exitedAt } of truth.stays) {
    starts.set(garageId, Math.min(starts.get(garageId) ?? Infinity, Date.parse(enteredAt)));
    ends.set(garageId, Math.max(ends.get(garageId) ?? 0, Date.parse(exitedAt ?? enteredAt)));
  }
  return (type, line) => {
    if (line.kind === 'camera') {
      return type === 'clock_skew' || Date.parse(line.from) >= (starts.get(line.garageId ?? '') ?? -Infinity) + WEEK_MS;
    }
    if (type === 'late_arrival') return readIdsOf(line).some((readId) => lateReads.has(line.garageId, readId));
    if (type === 'two_places') return inTwoPlaces.has(line);
    if (type === 'wrong_direction') {
      return sidesOf(line).some(({ readIds, moved }) => readIds.some((readId) => directions.isAgainstLane(line.garageId, readId, moved)));
    }
    if (type === 'direction_unknown') {
      return sidesOf(line).some(({ readIds }) => readIds.length > 0 && readIds.every((readId) => directions.isUntold(line.garageId, readId)));
    }
    if (type === 'overstay') return line.kind === 'stay' && line.exitReadIds.length > 0;
    if (turnedRound.has(line) && (type === 'aaba' || type === 'double_entry' || line.kind === 'passage')) return false;
    if (type !== 'missed_exit') return true;
    const sign = next.get(line);
    if (sign !== undefined) return sign === 'entry';
    return startOf(line) + forgetAfter.get(line.garageId)! < ends.get(line.garageId)!;
  };
}

/**
 * A vehicle that shows itself at the entry twice within 8 minutes, and is not seen backing out. It turned round and came in only then
 * (labelled as a missed exit and a double entry), or it came in and drove past once more (`aaba`): nothing tells which. So neither can be
 * detected, and where the rules say `reversed` of one that drove past, that is no error.
 */
interface ShownTwice {
  readonly first: Line;
  readonly second: Line;
}

function shownTwiceAtEntry({ stays, passages }: Truth): ShownTwice[] {
  const seen = [
    ...stays.filter(({ entryReadIds }) => entryReadIds.length > 0),
    ...passages.filter(({ labels }) => labels?.some((label) => label === 'aaba' || label === 'missed_exit')),
  ].filter(({ vehicleId }) => vehicleId !== undefined);
  const twice: ShownTwice[] = [];
  for (const ofVehicle of Map.groupBy(seen, ({ garageId, vehicleId }) => `${garageId} ${vehicleId}`).values()) {
    ofVehicle.sort((one, other) => startOf(one) - startOf(other));
    for (const [index, second] of ofVehicle.entries()) {
      const first = ofVehicle[index - 1];
      if (first === undefined || startOf(second) - startOf(first) >= TURNED_ROUND_MS) continue;
      // Between two stays it has left.
      if (first.kind === 'passage' || second.kind === 'passage') twice.push({ first, second });
    }
  }
  return twice;
}

/** What of it cannot be detected. A stay that it began by coming in the first time is one all the same. */
function mayHaveTurnedRound(shownTwice: readonly ShownTwice[]): Set<Line> {
  return new Set(shownTwice.flatMap(({ first, second }) => (first.kind === 'passage' ? [first, second] : [second])));
}

const TURNED_ROUND_MS = 8 * MINUTE_MS;

/** Stays of a plate during which it was read in another garage, and those it was read in. */
function overlappingElsewhere({ stays }: Truth): Set<Line> {
  const labelled = stays.filter(({ labels }) => labels?.includes('two_places'));
  const found = new Set<Line>();
  for (const ofPlate of Map.groupBy(labelled, ({ country, plate }) => `${country} ${plate}`).values()) {
    for (const whole of ofPlate.filter(isWhole)) {
      for (const other of ofPlate) {
        if (other.garageId === whole.garageId || !isReadDuring(other, whole)) continue;
        found.add(whole);
        found.add(other);
      }
    }
  }
  return found;
}

function isReadDuring({ entryReadIds, exitReadIds, enteredAt, exitedAt }: TrueStay, whole: TrueStay): boolean {
  const isDuring = (at: string): boolean => at > whole.enteredAt && at < whole.exitedAt!;
  return (entryReadIds.length > 0 && isDuring(enteredAt)) || (exitReadIds.length > 0 && exitedAt !== null && isDuring(exitedAt));
}

/** What cameras saw next of the vehicle of each missed exit in the same garage, if anything. */
function nextSigns({ stays, passages }: Truth): Map<Line, 'entry' | 'exit'> {
  const keyOf = ({ garageId, vehicleId }: TrueStay | TruePassage): string => `${garageId} ${vehicleId}`;
  const lines = [...stays, ...passages];
  const ofVehicle = new Map<string, (TrueStay | TruePassage)[]>();
  for (const line of lines) {
    if (line.vehicleId !== undefined && line.labels?.includes('missed_exit')) ofVehicle.set(keyOf(line), []);
  }
  for (const line of lines) if (readIdsOf(line).length > 0) ofVehicle.get(keyOf(line))?.push(line);
  const signs = new Map<Line, 'entry' | 'exit'>();
  for (const seen of ofVehicle.values()) {
    seen.sort((one, other) => startOf(one) - startOf(other));
    for (const [index, line] of seen.entries()) {
      const later = seen[index + 1];
      if (later !== undefined) signs.set(line, later.kind === 'stay' && later.entryReadIds.length === 0 ? 'exit' : 'entry');
    }
  }
  return signs;
}

function startOf(line: TrueStay | TruePassage): number {
  return Date.parse(line.kind === 'stay' ? line.enteredAt : line.at);
}

/** What was read of each of its passages, and which way it went there if that is known. */
function sidesOf(line: TrueStay | TruePassage): readonly { readonly readIds: readonly string[]; readonly moved: Direction }[] {
  if (line.kind === 'passage') return [{ readIds: line.readIds, moved: 'UNKNOWN' }];
  return [{ readIds: line.entryReadIds, moved: 'IN' }, { readIds: line.exitReadIds, moved: 'OUT' }];
}

function readIdsOf(line: TrueStay | TruePassage): readonly string[] {
  return line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds;
}

function setOf(sets: Map<string, Set<Line>>, type: string): Set<Line> {
  let set = sets.get(type);
  if (set === undefined) sets.set(type, (set = new Set()));
  return set;
}
