import { topics } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import { recordsBetween } from '../../engine/read-between.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import type {
  BillingLine, CameraRead, Charge, ClockMove, Control, Disposition, Irregularity, Visit,
} from '../../records/records.ts';
import type { Passage, PassageRead } from '../passages/passages.ts';
import { refusedControl, type RefusedControl } from '../review/refused-control.ts';
import type { Weighing } from '../pairing/weighing.ts';
import { keptRecords, keptValues, type KeptValue } from './kept-records.ts';
import { rebuildGarage, type RebuiltGarage } from './rebuilt-garage.ts';
import type { TracedRevision } from './trace.ts';

/** Why a visit is what it is: from the offsets of its reads to its charge. Plates stand in it. */
export interface Explanation {
  readonly visitId: string;
  readonly garageId: string;
  /** Of all topics of the garage. */
  readonly partition: number;
  readonly visit: Visit;
  readonly passages: readonly ExplainedPassage[];
  /** Of its exit, in the order of time. */
  readonly weighings: readonly Weighing[];
  readonly revisions: readonly ExplainedRevision[];
  /** Newest revisions of those that concern it or its reads. */
  readonly irregularities: readonly KeptValue<Irregularity>[];
  /** Moves by which it was told, and those near its entry and its exit. */
  readonly clockMoves: readonly KeptValue<ClockMove>[];
  readonly configuration: ExplainedConfiguration | null;
  readonly actions: readonly ExplainedAction[];
  readonly dispositions: readonly KeptValue<Disposition>[];
  readonly lines: readonly KeptValue<BillingLine>[];
  readonly charges: readonly KeptValue<Charge>[];
  readonly rebuild: RebuildReport;
}

export interface ExplainedPassage {
  readonly side: 'entry' | 'exit';
  readonly passage: Passage;
  readonly reads: readonly ExplainedRead[];
}

export interface ExplainedRead {
  /** Where it stands on parking.reads, and where it came again. */
  readonly offsets: readonly number[];
  readonly read: CameraRead;
}

export interface ExplainedRevision {
  readonly offset: number;
  /** Timestamp of the record, ms UTC. */
  readonly writtenAt: number;
  readonly visit: Visit;
  /** The same revision as the rebuild tells it; null: it does not. */
  readonly rebuilt: TracedRevision | null;
  /** Fields in which the two differ. */
  readonly differsIn: readonly string[];
}

/** The garage as configured when the newest revision was told. */
export interface ExplainedConfiguration {
  readonly version: number;
  /** The control record that brought it; null: it is not kept any more. */
  readonly control: KeptValue<Control> | null;
}

export interface ExplainedAction {
  readonly control: KeptValue<Control>;
  readonly outcome:
    | { readonly status: 'applied'; readonly clock: number; readonly readsOffset: number }
    | { readonly status: 'refused'; readonly reason: string; readonly message: string }
    | { readonly status: 'pending' };
}

export interface RebuildReport {
  /** Every revision came out the same. */
  readonly isSame: boolean;
  /** Offset of the first read that is still kept; 0: all are. */
  readonly fromOffset: number;
  /** ms UTC; null: none of this garage is kept. */
  readonly readFrom: number | null;
  readonly lostConfigurations: number;
  readonly lostControls: number;
}

/**
 * Gathers what the topics tell of the visit, and makes it once more by the same rules.
 * @throws when the garage has no such visit on parking.visits
 */
export async function explainVisit(log: Log, ids: SchemaIds, garageId: string, visitId: string): Promise<Explanation> {
  const visits = await keptValues(log, ids, 'Visit', topics.visits.name, garageId);
  const told = visits.filter(({ value }) => value.visitId === visitId);
  const newest = told.at(-1)?.value;
  if (newest === undefined) throw new Error(`garage '${garageId}' has no visit ${visitId} on ${topics.visits.name}`);
  const rebuilt = await rebuildGarage(log, ids, garageId, (id) => id === visitId);
  const { trace } = rebuilt;

  const revisions = told.map(({ offset, timestamp, value: visit }): ExplainedRevision => {
    const again = trace.revisions.get(visitId)?.find((traced) => traced.visit.revision === visit.revision) ?? null;
    return { offset, writtenAt: timestamp, visit, rebuilt: again, differsIn: again === null ? [] : differences(visit, again.visit) };
  });
  const stay = trace.stays.get(visitId);
  const passages: ExplainedPassage[] = [];
  for (const side of ['entry', 'exit'] as const) {
    const passage = stay?.[side] ?? null;
    if (passage !== null) passages.push({ side, passage, reads: await readsOf(log, ids, rebuilt, passage) });
  }
  const reads = passages.flatMap(({ passage }) => passage.reads);
  const exit = stay?.exit ?? null;
  const irregularities = await irregularitiesOf(log, ids, garageId, visitId, reads);
  const dispositions = (await keptValues(log, ids, 'Disposition', topics.dispositions.name, garageId))
    .filter(({ value }) => value.visitId === visitId);
  const version = revisions.findLast((revision) => revision.rebuilt !== null)?.rebuilt?.configurationVersion ?? null;
  return {
    visitId, garageId, partition: rebuilt.partition, visit: newest, passages,
    weighings: exit === null ? [] : trace.weighingsOf(exit),
    revisions, irregularities,
    clockMoves: movesNear(rebuilt, newest, revisions),
    configuration: version === null ? null : {
      version,
      control: rebuilt.controls.findLast(({ value }) => value.type === 'configuration' && value.version === version) ?? null,
    },
    actions: await actionsOn(log, ids, rebuilt, visitId, irregularities),
    dispositions,
    ...await moneyOf(log, ids, visitId, dispositions),
    rebuild: {
      isSame: revisions.every(({ rebuilt: again, differsIn }) => again !== null && differsIn.length === 0),
      fromOffset: rebuilt.fromOffset, readFrom: rebuilt.readFrom,
      lostConfigurations: rebuilt.lostConfigurations, lostControls: trace.rebuild.lostControls,
    },
  };
}

/** What a control record came to; one that is neither taken in nor set aside is on its way. */
async function outcomesOf(
  log: Log, ids: SchemaIds, garageId: string, controls: readonly KeptValue<Control>[], moves: readonly KeptValue<ClockMove>[],
): Promise<ExplainedAction[]> {
  const takenIn = new Map(moves.map(({ value }) => [value.controlId, value]));
  const isOpen = controls.some(({ value }) => !takenIn.has(value.controlId));
  const refused = isOpen ? await refusedControls(log, ids, garageId) : new Map<string, RefusedControl>();
  return controls.map((control) => {
    const { controlId } = control.value;
    const move = takenIn.get(controlId);
    if (move !== undefined) return { control, outcome: { status: 'applied', clock: move.to, readsOffset: move.readsOffset } };
    const why = refused.get(controlId);
    return { control, outcome: why === undefined ? { status: 'pending' } : { status: 'refused', reason: why.reason, message: why.message } };
  });
}

/** Control records of the garage that the visits stage set aside, by controlId. */
async function refusedControls(
  log: Log, ids: SchemaIds, garageId: string,
): Promise<Map<string, RefusedControl>> {
  const refused = new Map<string, RefusedControl>();
  const codec = openCodec('Control', ids);
  const at = { topic: topics.deadLetters.name, partition: 0 };
  const { start, stable } = await log.bounds(at);
  for await (const records of recordsBetween(log, at, start, stable)) {
    for (const record of records) {
      const found = await refusedControl(record, codec);
      if (found?.control.subject === garageId) refused.set(found.control.controlId, found);
    }
  }
  return refused;
}

/** As avsc gives floats back. */
function differences(written: Visit, rebuilt: Visit): string[] {
  const asWritten: Visit = { ...rebuilt, matchConfidence: Math.fround(rebuilt.matchConfidence) };
  return (Object.keys(written) as (keyof Visit)[]).filter((field) =>
    JSON.stringify(written[field]) !== JSON.stringify(asWritten[field]));
}

async function readsOf(log: Log, ids: SchemaIds, rebuilt: RebuiltGarage, { reads }: Passage): Promise<ExplainedRead[]> {
  const found: ExplainedRead[] = [];
  for (const { cameraId, readId } of reads) {
    const offsets = rebuilt.offsetsOf(cameraId, readId);
    const from = offsets[0]!;
    const range = { topic: topics.reads.name, partition: rebuilt.partition, from, to: from + 1 };
    for await (const { value } of keptRecords(log, ids, 'CameraRead', range, rebuilt.garageId)) {
      if (value !== null) found.push({ offsets, read: value });
    }
  }
  return found;
}

async function irregularitiesOf(
  log: Log, ids: SchemaIds, garageId: string, visitId: string, reads: readonly PassageRead[],
): Promise<KeptValue<Irregularity>[]> {
  const isOfReads = ({ cameraId, readIds }: Irregularity): boolean =>
    reads.some((read) => read.cameraId === cameraId && readIds.includes(read.readId));
  const newest = new Map<string, KeptValue<Irregularity>>();
  for (const kept of await keptValues(log, ids, 'Irregularity', topics.irregularities.name, garageId)) {
    const { irregularityId, visitIds } = kept.value;
    const concerns = visitIds.includes(visitId) || irregularityId.endsWith(`-${visitId}`) || isOfReads(kept.value);
    if (concerns) newest.set(irregularityId, kept);
  }
  return [...newest.values()];
}

const NEAR_MS = 10 * 60_000;
const MOST_MOVES = 20;

function movesNear(
  { moves }: RebuiltGarage, { enteredAt, exitedAt }: Visit, revisions: readonly ExplainedRevision[],
): KeptValue<ClockMove>[] {
  const causes = new Set(revisions.flatMap(({ rebuilt }) => (rebuilt?.cause != null && 'move' in rebuilt.cause ? [rebuilt.cause.move] : [])));
  const ends = [enteredAt, exitedAt].filter((at) => at !== null);
  const isNear = ({ from, to }: ClockMove): boolean => ends.some((at) => from <= at + NEAR_MS && to >= at - NEAR_MS);
  const near = moves.filter(({ value }) => !causes.has(value) && isNear(value)).slice(-MOST_MOVES);
  return moves.filter((move) => causes.has(move.value) || near.includes(move));
}

async function actionsOn(
  log: Log, ids: SchemaIds, { garageId, controls, moves }: RebuiltGarage, visitId: string,
  irregularities: readonly KeptValue<Irregularity>[],
): Promise<ExplainedAction[]> {
  const irregularityIds = new Set(irregularities.map(({ value }) => value.irregularityId));
  const ours = controls.filter(({ value }) => value.visitId === visitId || value.otherVisitId === visitId ||
    (value.irregularityId != null && irregularityIds.has(value.irregularityId)));
  // One that was sent again is the same action.
  const once = ours.filter(({ value }, i) => ours.findIndex((other) => other.value.controlId === value.controlId) === i);
  return outcomesOf(log, ids, garageId, once, moves);
}

/** Billing lines and charges of the visit, of every account that its dispositions name. */
async function moneyOf(
  log: Log, ids: SchemaIds, visitId: string, dispositions: readonly KeptValue<Disposition>[],
): Promise<Pick<Explanation, 'lines' | 'charges'>> {
  const lines: KeptValue<BillingLine>[] = [];
  const charges: KeptValue<Charge>[] = [];
  for (const accountId of new Set(dispositions.map(({ value }) => value.accountId).filter((id) => id !== ''))) {
    for (const { value, ...at } of await keptValues(log, ids, 'BillingRecord', topics.billing.name, accountId)) {
      if ('parking.BillingLine' in value && value['parking.BillingLine'].visitId === visitId) {
        lines.push({ ...at, value: value['parking.BillingLine'] });
      }
    }
    const charged = await keptValues(log, ids, 'Charge', topics.charges.name, accountId);
    charges.push(...charged.filter(({ value }) => value.lines.some((line) => line.visitId === visitId)));
  }
  return { lines, charges };
}
