import type { Charge, ChargedLine } from '../records/records.ts';
import { chargedLineOf, withLines, type CollectedCharge, type Item } from './charge.ts';
import { chargeIdOf } from './ids.ts';

/** A charge takes lines up to about this size, well below a record's limit of 1 MiB; the others wait for the next. */
export const CHARGE_LINES_MAX_BYTES = 512 * 1024;

export interface Collected {
  readonly charge: CollectedCharge;
  readonly items: readonly Item[];
}

/**
 * The charges of an account at a day close: of what waits, each merchant's and currency's visits of days up to that
 * one, less the credits that fit in. Credits alone make no charge: they wait for something to be used for.
 * @param waiting parts that are in no charge yet
 */
export function collect(accountId: string, billingDay: string, waiting: readonly Item[]): Collected[] {
  const groups = Map.groupBy(waiting, ({ part }) => JSON.stringify([part.merchant, part.currency]));
  return [...groups].sort(byKey).flatMap(([, items]) => {
    const debits =
      items.filter(({ line, part }) => part.grossMinor > 0 && line.visitDay <= billingDay).sort(byVisitDay);
    if (debits.length === 0) return [];
    const taken = whatFits(debits, items.filter(({ part }) => part.grossMinor < 0).sort(byAge));
    const { merchant, currency } = debits[0]!.part;
    const chargeId = chargeIdOf(accountId, billingDay, merchant, currency);
    const identity = { chargeId, accountId, billingDay, merchant, currency };
    return [{ charge: newCharge('payment', identity, taken.map(chargedLineOf)), items: taken }];
  });
}

/** A charge that begins: pending, with nothing asked for. */
export function newCharge(
  operation: CollectedCharge['operation'],
  identity: Pick<Charge, 'chargeId' | 'accountId' | 'billingDay' | 'merchant' | 'currency'>,
  lines: readonly ChargedLine[],
): CollectedCharge {
  return withLines({
    ...identity, revision: 0, status: 'pending', grossMinor: 0, vatMinor: 0, lines: [], history: [], allocations: [],
    nextAttemptDay: '', attempts: 0, operation, requestId: '', cardToken: '', attemptDay: '', refusedCard: '',
    failingSince: '',
    isExhausted: false, orderId: '', capturedMinor: 0, reversedMinor: 0, givesBack: [],
  }, lines);
}

/**
 * As many of the oldest as a record holds, and of the credits, oldest first, those that leave the sum not below
 * zero.
 */
function whatFits(debits: readonly Item[], credits: readonly Item[]): readonly Item[] {
  const taken: Item[] = [];
  let bytes = 0;
  let minor = 0;
  for (const item of [...debits, ...credits]) {
    const size = sizeBytes(item);
    if (bytes + size > CHARGE_LINES_MAX_BYTES) break;
    if (minor + item.part.grossMinor < 0) continue;
    taken.push(item);
    bytes += size;
    minor += item.part.grossMinor;
  }
  return taken;
}

/** No less than a line takes in Avro: each text with its length, two numbers of at most ten bytes. */
function sizeBytes({ line, part }: Item): number {
  const texts = line.lineId + line.visitId + part.operatorId + line.garageId + line.visitDay + part.entryId;
  return Buffer.byteLength(texts) + 5 * 3 + 2 * 10;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function byVisitDay(one: Item, other: Item): number {
  if (one.line.visitDay !== other.line.visitDay) return one.line.visitDay < other.line.visitDay ? -1 : 1;
  return one.part.entryId < other.part.entryId ? -1 : 1;
}

function byAge(one: Item, other: Item): number {
  if (one.part.since !== other.part.since) return one.part.since < other.part.since ? -1 : 1;
  return one.part.entryId < other.part.entryId ? -1 : 1;
}
