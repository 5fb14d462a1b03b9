import { createHash } from 'node:crypto';
import { addDays } from '../pricing/calendar.ts';
import type { BillingLine, Charge, ChargedLine } from '../records/records.ts';

/** All charges go to one merchant so far. */
export const MERCHANT = 'default';

/** A charged line can be corrected until so many billing days after its visit; then it is forgotten. */
export const CORRECTION_DAYS = 45;

/** A charge takes lines up to about this size, well below a record's limit of 1 MiB; the others wait for the next. */
export const CHARGE_LINES_MAX_BYTES = 768 * 1024;

/** Money of one currency, in minor units. */
export interface Amount {
  readonly currency: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
}

/** The newest revision of a line, and what charges have taken for it so far. */
export interface KnownLine extends Amount {
  readonly lineId: string;
  readonly revision: number;
  /** False: withdrawn, so worth nothing. */
  readonly live: boolean;
  readonly accountId: string;
  readonly operatorId: string;
  readonly visitId: string;
  readonly garageId: string;
  readonly visitDay: string;
  /** One amount a currency, none of nothing. */
  readonly charged: readonly Amount[];
}

/** The line as it is known after this revision; null when the revision is old and changes nothing. */
export function takeLine(known: KnownLine | undefined, line: BillingLine): KnownLine | null {
  if (known !== undefined && line.revision <= known.revision) return null;
  const { lineId, revision, accountId, operatorId, visitId, garageId, visitDay, currency, grossMinor, vatMinor } = line;
  return {
    lineId, revision, live: line.status === 'live', accountId, operatorId, visitId, garageId, visitDay,
    currency, grossMinor, vatMinor, charged: known?.charged ?? [],
  };
}

/** What is still to be taken for a line (negative: given back), one amount a currency; none when it is settled. */
export function dueOf(line: KnownLine): readonly Amount[] {
  const worth: readonly Amount[] = line.live ? [line] : [];
  return sumByCurrency([...worth, ...line.charged.map(negative)]);
}

/** Whether nothing is known any more of the lines of that visit day, but for those not settled. */
export function isForgotten(visitDay: string, lastClosedDay: string | undefined): boolean {
  return lastClosedDay !== undefined && visitDay < addDays(lastClosedDay, -CORRECTION_DAYS);
}

export interface ClosedAccount {
  /** One for each currency, in its order. */
  readonly charges: readonly Charge[];
  /** The lines that a charge took something for, as they are known from now on. */
  readonly lines: readonly KnownLine[];
}

/**
 * Closes a billing day for one account: its lines of visit days up to that day, summed into a charge for each
 * currency. No charge is made of a sum of zero: its lines wait for the next close, so that what a charge lists is
 * all that was ever taken. The result depends on the lines alone, not on the order in which they are given.
 */
export function closeAccount(accountId: string, billingDay: string, known: readonly KnownLine[]): ClosedAccount {
  const lines = new Map(known.filter(({ visitDay }) => visitDay <= billingDay).map((line) => [line.lineId, line]));
  const dues = [...lines.values()].flatMap((line) => dueOf(line).map((due) => ({ line, due })));
  const charges: Charge[] = [];
  const touched = new Set<string>();
  for (const [currency, dueLines] of [...Map.groupBy(dues, ({ due }) => due.currency)].sort(byKey)) {
    const taken = atMostOneRecord(dueLines.map(({ line, due }) => chargedLine(line, due)).sort(byVisitDay));
    const grossMinor = sum(taken.map((line) => line.grossMinor));
    if (grossMinor === 0) continue;
    charges.push({
      chargeId: chargeId(accountId, billingDay, currency),
      revision: 1,
      status: 'pending',
      accountId,
      billingDay,
      merchant: MERCHANT,
      currency,
      grossMinor,
      vatMinor: sum(taken.map((line) => line.vatMinor)),
      lines: taken,
      history: [], allocations: [], nextAttemptDay: '', attempts: 0,
    });
    for (const part of taken) {
      const line = lines.get(part.lineId)!;
      const { grossMinor, vatMinor } = part;
      lines.set(part.lineId, { ...line, charged: sumByCurrency([...line.charged, { currency, grossMinor, vatMinor }]) });
      touched.add(part.lineId);
    }
  }
  return { charges, lines: [...touched].map((lineId) => lines.get(lineId)!) };
}

/**
 * The first lines that fit into a record. What is left out is taken at the next close. A cut that happens to sum to
 * zero, and so would be taken never, is made one line shorter.
 */
function atMostOneRecord(lines: readonly ChargedLine[]): readonly ChargedLine[] {
  let bytes = 0;
  const tooMany = lines.findIndex((line) => (bytes += sizeBytes(line)) > CHARGE_LINES_MAX_BYTES);
  if (tooMany < 0) return lines;
  let count = tooMany;
  while (count > 1 && sum(lines.slice(0, count).map((line) => line.grossMinor)) === 0) count -= 1;
  return lines.slice(0, count);
}

/** No less than a line takes in Avro: each text with its length, two numbers of at most ten bytes. */
function sizeBytes({ lineId, visitId, operatorId, garageId, visitDay }: ChargedLine): number {
  return Buffer.byteLength(lineId + visitId + operatorId + garageId + visitDay) + 5 * 3 + 2 * 10;
}

function chargedLine(line: KnownLine, { grossMinor, vatMinor }: Amount): ChargedLine {
  const { lineId, visitId, operatorId, garageId, visitDay } = line;
  return { lineId, visitId, operatorId, garageId, visitDay, grossMinor, vatMinor, entryId: lineId };
}

function chargeId(accountId: string, billingDay: string, currency: string): string {
  const parts = JSON.stringify([accountId, billingDay, MERCHANT, currency]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

function sumByCurrency(amounts: readonly Amount[]): Amount[] {
  const sums = [...Map.groupBy(amounts, ({ currency }) => currency)].map(([currency, parts]) => ({
    currency,
    grossMinor: sum(parts.map(({ grossMinor }) => grossMinor)),
    vatMinor: sum(parts.map(({ vatMinor }) => vatMinor)),
  }));
  return sums.filter(({ grossMinor, vatMinor }) => grossMinor !== 0 || vatMinor !== 0);
}

function negative({ currency, grossMinor, vatMinor }: Amount): Amount {
  return { currency, grossMinor: -grossMinor, vatMinor: -vatMinor };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function byVisitDay(one: ChargedLine, other: ChargedLine): number {
  if (one.visitDay !== other.visitDay) return one.visitDay < other.visitDay ? -1 : 1;
  return one.lineId < other.lineId ? -1 : 1;
}
