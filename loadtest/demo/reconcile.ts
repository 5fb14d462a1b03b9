import type { Charge, Irregularity, Visit } from '../../pipeline/records/records.ts';
import type { AccountEntry } from '../fleet/account-fleet.ts';
import type { Fault, FaultKind } from '../fleet/faults.ts';
import type { GarageEntry } from '../fleet/garage-fleet.ts';
import type { TrueStay, TruthLine } from '../fleet/truth.ts';
import { price } from './price.ts';

/** What really happened, and what came out of the pipeline for the same garages. */
export interface Books {
  readonly truth: readonly TruthLine[];
  readonly garages: readonly GarageEntry[];
  readonly accounts: readonly AccountEntry[];
  /** The newest revision of every visit, open ones too, withdrawn ones not. */
  readonly visits: readonly FoundVisit[];
  readonly irregularities: readonly FoundIrregularity[];
  /** Every charge, newest revision. */
  readonly charges: readonly Charge[];
}

export type FoundVisit = Pick<
  Visit,
  | 'visitId' | 'status' | 'garageId' | 'plate' | 'country'
  | 'entryReadId' | 'exitReadId' | 'enteredAt' | 'exitedAt'
>;

/** One that is not withdrawn. */
export type FoundIrregularity = Pick<Irregularity, 'irregularityId' | 'type' | 'readIds' | 'visitIds'>;

export interface Reconciliation {
  /** Stays that ended, with what accounts owe for them. */
  readonly expected: Totals;
  /** Visits with an entry and an exit, with what was charged. */
  readonly found: Totals;
  /** Where the two differ because of an injected fault. */
  readonly explained: readonly Difference[];
  /** What no fault explains: lost, doubled or wrong. Empty when all is well. One sentence each, without plates. */
  readonly unexplained: readonly string[];
}

export interface Totals {
  readonly visits: number;
  readonly minutes: number;
  /** Øre. */
  readonly minor: number;
}

/** Found less expected, for stays and visits that hang together. */
export interface Difference extends Totals {
  readonly faults: readonly Fault[];
  readonly stayIds: readonly string[];
  readonly visitIds: readonly string[];
}

/**
 * Holds what came out against the truth.
 *
 * Stays and visits that share reads form a group. In a group without a fault that may change the outcome every stay
 * must be there once, to the millisecond; a fault excuses the group that it befell. Late, repeated and re-delivered
 * reads excuse nothing: the pipeline promises to cope with them. Some things no fault excuses: a passage that was read
 * right and stands in no visit, or was never misread and stands in two; and money that is not
 * what the found visits cost.
 */
export function reconcile(books: Books): Reconciliation {
  const unexplained: string[] = [];
  const found = onceOnly(books.visits, unexplained);
  const lineOfRead = ownersOfReads(books.truth);
  const cost = costOfStays(books);
  checkPassages(books, found, unexplained);
  const chargedByVisit = checkCharges(books, found, cost, unexplained);

  const explained: Difference[] = [];
  const groups = groupUp(books.truth, found, lineOfRead, unexplained);
  for (const group of groups) {
    const difference = compareGroup(group, cost, chargedByVisit);
    if (difference === null) continue;
    if (difference.faults.length > 0) explained.push(difference);
    else unexplained.push(describe(difference));
  }
  checkIrregularities(books.irregularities, groups, lineOfRead, unexplained);
  return {
    expected: totalOf(books.truth.filter(isEnded).map((stay) => cost.ofStay(stay))),
    found: totalOf(found.filter(isComplete).map((visit) => ({
      minutes: minutesOf(visit), minor: chargedByVisit.get(visit.visitId) ?? 0,
    }))),
    explained,
    unexplained,
  };
}

/** Faults that may change what comes out. */
const EXCUSES: readonly FaultKind[] = ['misread', 'missed_entry', 'missed_exit', 'backed_out'];

const MAKES_NO_VISIT: readonly string[] = ['aaba', 'double_exit', 'reversed'];

type EndedStay = TrueStay & { readonly exitedAt: string };
type CompleteVisit = FoundVisit & { readonly enteredAt: number; readonly exitedAt: number };

function isEnded(line: TruthLine): line is EndedStay {
  return line.kind === 'stay' && line.exitedAt !== null;
}

function isComplete(visit: FoundVisit): visit is CompleteVisit {
  return visit.status === 'closed' && visit.enteredAt !== null && visit.exitedAt !== null;
}

function onceOnly(visits: readonly FoundVisit[], unexplained: string[]): FoundVisit[] {
  const byId = new Map<string, FoundVisit>();
  for (const visit of visits) {
    if (byId.has(visit.visitId)) unexplained.push(`visit ${visit.visitId} stands there twice`);
    else byId.set(visit.visitId, visit);
  }
  return [...byId.values()];
}

function ownersOfReads(truth: readonly TruthLine[]): Map<string, TruthLine> {
  const owners = new Map<string, TruthLine>();
  for (const line of truth) for (const readId of readsOf(line)) owners.set(readId, line);
  return owners;
}

function readsOf(line: TruthLine): readonly string[] {
  return line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds;
}

/** A passage of a stay that a camera read right stands in a visit, and in one alone unless a misread tore it apart. */
function checkPassages({ truth, irregularities }: Books, visits: readonly FoundVisit[], unexplained: string[]): void {
  // What a vehicle did without coming in or leaving makes no visit, and is told of by itself.
  const toldApart =
    new Set(irregularities.flatMap(({ type, readIds }) => (MAKES_NO_VISIT.includes(type) ? readIds : [])));
  const visitsOfRead = new Map<string, string[]>();
  for (const { visitId, entryReadId, exitReadId } of visits) {
    for (const readId of [entryReadId, exitReadId]) {
      if (readId !== null) visitsOfRead.set(readId, [...(visitsOfRead.get(readId) ?? []), visitId]);
    }
  }
  for (const line of truth) {
    if (line.kind !== 'stay') continue;
    const misread =
      new Set(line.faults.flatMap(({ kind, readId }) => (kind === 'misread' && readId !== undefined ? [readId] : [])));
    for (const [side, reads] of [['entry', line.entryReadIds], ['exit', line.exitReadIds]] as const) {
      const right = reads.filter((readId) => !misread.has(readId));
      if (right.length === 0) continue;
      // A visit names one read of a passage: the last at the entry, the first at the exit, misread or not.
      const visitIds = reads.flatMap((readId) => visitsOfRead.get(readId) ?? []);
      if (visitIds.length === 0 && !right.every((readId) => toldApart.has(readId))) {
        unexplained.push(`lost: the ${side} of stay ${line.stayId} was read right and stands in no visit`);
      }
      if (visitIds.length > 1 && right.length === reads.length) {
        unexplained.push(`doubled: the ${side} of stay ${line.stayId} stands in visits ${visitIds.join(', ')}`);
      }
    }
  }
}

interface Costs {
  ofStay(stay: EndedStay): Omit<Totals, 'visits'>;
  /** What a visit must have been charged, and to whom; null: nobody is charged. */
  ofVisit(visit: CompleteVisit): { accountId: string; minor: number } | null;
}

function costOfStays({ garages, accounts }: Books): Costs {
  const garageById = new Map(garages.map((garage) => [garage.garageId, garage]));
  const accountOfPlate = new Map<string, string>();
  for (const { accountId, vehicles } of accounts) {
    for (const { country, plate } of vehicles) accountOfPlate.set(`${country} ${plate}`, accountId);
  }
  const priceIn = (garageId: string, enteredAt: number, exitedAt: number): number => {
    const { tariffs, timezone } = garageById.get(garageId)!;
    return price(tariffs[0]!, timezone, enteredAt, exitedAt);
  };
  return {
    ofStay({ garageId, accountId, enteredAt, exitedAt }) {
      const [from, to] = [Date.parse(enteredAt), Date.parse(exitedAt)];
      return { minutes: (to - from) / MINUTE_MS, minor: accountId === null ? 0 : priceIn(garageId, from, to) };
    },
    ofVisit({ garageId, country, plate, enteredAt, exitedAt }) {
      const accountId = accountOfPlate.get(`${country} ${plate}`);
      return accountId === undefined ? null : { accountId, minor: priceIn(garageId, enteredAt, exitedAt) };
    },
  };
}

/** The charges must be what the found visits cost. Answers what each visit was charged. */
function checkCharges(
  { charges }: Books, visits: readonly FoundVisit[], cost: Costs, unexplained: string[],
): Map<string, number> {
  const charged = new Map<string, number>();
  const chargeIds = new Set<string>();
  for (const { chargeId, grossMinor, lines } of charges) {
    if (chargeIds.has(chargeId)) unexplained.push(`charge ${chargeId} stands there twice`);
    chargeIds.add(chargeId);
    const sum = lines.reduce((total, line) => total + line.grossMinor, 0);
    if (sum !== grossMinor) unexplained.push(`charge ${chargeId} is ${grossMinor} øre, but its lines sum to ${sum}`);
    for (const line of lines) charged.set(line.visitId, (charged.get(line.visitId) ?? 0) + line.grossMinor);
  }
  const payers = payersOfVisits(charges);
  const known = new Set<string>();
  for (const visit of visits) {
    known.add(visit.visitId);
    const due = isComplete(visit) ? cost.ofVisit(visit) : null;
    const minor = charged.get(visit.visitId) ?? 0;
    if (minor !== (due?.minor ?? 0)) {
      unexplained.push(`visit ${visit.visitId} costs ${due?.minor ?? 0} øre, but ${minor} øre were charged`);
    }
    const others = (payers.get(visit.visitId) ?? []).filter((accountId) => accountId !== due?.accountId);
    if (others.length > 0) {
      unexplained.push(
        `visit ${visit.visitId} was charged to ${others.join(' and ')}, not to ${due?.accountId ?? 'nobody'}`,
      );
    }
  }
  for (const [visitId, minor] of charged) {
    if (minor !== 0 && !known.has(visitId)) {
      unexplained.push(`${minor} øre were charged for visit ${visitId}, which does not stand there`);
    }
  }
  return charged;
}

/** The accounts that each visit took money from and did not give it back to. */
function payersOfVisits(charges: readonly Charge[]): Map<string, string[]> {
  const paid = new Map<string, Map<string, number>>();
  for (const { accountId, lines } of charges) {
    for (const { visitId, grossMinor } of lines) {
      const byAccount = paid.get(visitId) ?? new Map<string, number>();
      paid.set(visitId, byAccount.set(accountId, (byAccount.get(accountId) ?? 0) + grossMinor));
    }
  }
  return new Map([...paid].map(([visitId, byAccount]) =>
    [visitId, [...byAccount].flatMap(([accountId, minor]) => (minor === 0 ? [] : [accountId]))]));
}

/** Truth and visits that share reads. */
interface Group {
  readonly lines: TruthLine[];
  readonly visits: FoundVisit[];
}

function groupUp(
  truth: readonly TruthLine[], visits: readonly FoundVisit[],
  lineOfRead: ReadonlyMap<string, TruthLine>, unexplained: string[],
): Group[] {
  const groupOf = new Map<TruthLine, Group>(truth.map((line) => [line, { lines: [line], visits: [] }]));
  for (const visit of visits) {
    const lines = [visit.entryReadId, visit.exitReadId].flatMap((readId) =>
      (readId === null ? [] : [lineOfRead.get(readId)]));
    if (lines.length === 0 || lines.includes(undefined)) {
      unexplained.push(`visit ${visit.visitId} is made of a read that was never sent`);
      continue;
    }
    const group = groupOf.get(lines[0]!)!;
    const other = groupOf.get(lines.at(-1)!)!;
    if (other !== group) {
      for (const line of other.lines) groupOf.set(line, group);
      group.lines.push(...other.lines);
      group.visits.push(...other.visits);
    }
    group.visits.push(visit);
  }
  return [...new Set(groupOf.values())];
}

/** Null when the visits of the group are its stays. */
function compareGroup({ lines, visits }: Group, cost: Costs, charged: ReadonlyMap<string, number>): Difference | null {
  const stays = lines.filter((line) => line.kind === 'stay');
  const asTrue = stays.length === lines.length && visits.length === stays.length && stays.every((stay) =>
    visits.some((visit) => isSame(stay, visit)));
  if (asTrue) return null;
  const expected = totalOf(lines.filter(isEnded).map((stay) => cost.ofStay(stay)));
  const found = totalOf(visits.filter(isComplete).map((visit) => ({
    minutes: minutesOf(visit),
    minor: charged.get(visit.visitId) ?? 0,
  })));
  return {
    visits: found.visits - expected.visits,
    minutes: found.minutes - expected.minutes,
    minor: found.minor - expected.minor,
    faults: lines.flatMap((line) => line.faults).filter(({ kind }) => EXCUSES.includes(kind)),
    stayIds: stays.map((stay) => stay.stayId),
    visitIds: visits.map((visit) => visit.visitId),
  };
}

function isSame(stay: TrueStay, visit: FoundVisit): boolean {
  return visit.status === (stay.exitedAt === null ? 'open' : 'closed') &&
    visit.plate === stay.plate && visit.country === stay.country &&
    visit.enteredAt === Date.parse(stay.enteredAt) &&
    visit.exitedAt === (stay.exitedAt === null ? null : Date.parse(stay.exitedAt));
}

/**
 * Each irregularity must come from a fault: of a group that it is about, or, for what came late, of its read. That
 * somebody drove in and out within minutes is no fault, but must be true. Several vehicles could have made an exit also
 * when another one had been misread as it came in: what it was read as, the truth does not tell.
 */
function checkIrregularities(
  irregularities: readonly FoundIrregularity[], groups: readonly Group[],
  lineOfRead: ReadonlyMap<string, TruthLine>, unexplained: string[],
): void {
  const excused = new Set<TruthLine | string>();
  for (const { lines, visits } of groups) {
    if (!lines.some((line) => line.faults.some(({ kind }) => EXCUSES.includes(kind)))) continue;
    for (const line of lines) excused.add(line);
    for (const { visitId } of visits) excused.add(visitId);
  }
  const droveThrough = (readId: string): boolean => {
    const stay = lineOfRead.get(readId);
    if (stay === undefined || !isEnded(stay)) return false;
    return Date.parse(stay.exitedAt) - Date.parse(stay.enteredAt) < DRIVE_THROUGH_MS;
  };
  const cameLate = (readId: string): boolean =>
    lineOfRead.get(readId)?.faults.some((fault) => fault.kind === 'late' && fault.readId === readId) ?? false;
  const misreadAtEntry = [...new Set(lineOfRead.values())].filter((line): line is TrueStay => line.kind === 'stay' &&
    line.faults.some(({ kind, readId }) =>
      kind === 'misread' && readId !== undefined && line.entryReadIds.includes(readId)));
  const wasBesideMisread = (readId: string): boolean => {
    const stay = lineOfRead.get(readId);
    return stay !== undefined && isEnded(stay) && misreadAtEntry.some((other) => other !== stay &&
      other.garageId === stay.garageId && Date.parse(other.enteredAt) < Date.parse(stay.exitedAt));
  };
  for (const { irregularityId, type, readIds, visitIds } of irregularities) {
    const explained = (type === 'late_arrival' && readIds.some(cameLate)) ||
      (type === 'drive_through' && readIds.every(droveThrough)) ||
      (type === 'similar_inside' && readIds.every(wasBesideMisread)) ||
      [...readIds.map((readId) => lineOfRead.get(readId)), ...visitIds].some((about) =>
        about !== undefined && excused.has(about));
    if (!explained) unexplained.push(`irregularity ${irregularityId} comes from no fault`);
  }
}

function describe({ stayIds, visitIds, visits, minutes, minor }: Difference): string {
  const what = visits < 0 ? 'lost' : visits > 0 ? 'doubled' : 'wrong';
  return `${what}: stays [${stayIds.join(', ')}] came out as visits [${visitIds.join(', ')}]: ` +
    `${signed(visits)} visits, ${signed(Math.round(minutes))} minutes, ${signed(minor)} øre`;
}

function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}

function minutesOf({ enteredAt, exitedAt }: CompleteVisit): number {
  return (exitedAt - enteredAt) / MINUTE_MS;
}

function totalOf(parts: readonly Omit<Totals, 'visits'>[]): Totals {
  return {
    visits: parts.length,
    minutes: parts.reduce((total, { minutes }) => total + minutes, 0),
    minor: parts.reduce((total, { minor }) => total + minor, 0),
  };
}

const MINUTE_MS = 60_000;
const DRIVE_THROUGH_MS = 5 * MINUTE_MS;
