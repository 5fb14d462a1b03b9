import { createHash } from 'node:crypto';
import { RejectedError } from '../engine/stage.ts';
import type { Account, BillingLine, Garage, Visit } from '../records/records.ts';
import { dayOf } from './calendar.ts';
import { priceStay } from './tariff/price-stay.ts';
import { rateTableOf } from './tariff/rate-table.ts';
import { tariffAt } from './tariff/tariff-in-force.ts';
import { vatWithin } from './tariff/vat.ts';

/** A stay that can be billed: over, with both times known. */
export interface BillableVisit extends Visit {
  readonly enteredAt: number;
  readonly exitedAt: number;
}

/** A line without what its history gives it. */
export type LineContent = Omit<BillingLine, 'revision' | 'status'>;

/** Only a closed visit with both ends is billed; one unclosed, in review or without its entry never by itself. */
export function isBillable(visit: Visit): visit is BillableVisit {
  return visit.status === 'closed' && visit.enteredAt !== null && visit.exitedAt !== null;
}

/**
 * The line that a visit of an account is worth; null when it is free. Parking is free in a garage without tariffs.
 * @throws {RejectedError} the garage is not known, or none of its tariffs was in force when the visit began
 */
export function lineOf(
  visit: BillableVisit,
  account: Account,
  garage: Garage | undefined,
  serviceZone: string,
): LineContent | null {
  if (garage?.tariffs.length === 0) return null;
  const tariff = garage && tariffAt(garage.tariffs, visit.enteredAt);
  if (garage === undefined || tariff === undefined) {
    throw new RejectedError('no_tariff', `garage '${visit.garageId}' has no tariff for when the visit began; apply a garages file that has one`);
  }
  const { grossMinor } = priceStay(rateTableOf(tariff, garage.timezone), visit);
  if (grossMinor === 0) return null;
  return {
    lineId: lineId(visit.visitId, account.accountId),
    operatorId: visit.operatorId,
    accountId: account.accountId,
    visitId: visit.visitId,
    garageId: visit.garageId,
    visitDay: dayOf(visit.exitedAt, serviceZone),
    grossMinor,
    vatMinor: vatWithin(grossMinor, tariff.vatBasisPoints),
    currency: tariff.currency,
    tariffVersion: tariff.tariffVersion,
    accountVersion: account.version,
  };
}

/**
 * From the lines that a visit has (the newest of each account that ever had one) and the one that it should have to
 * the lines to write: withdrawals first, and nothing for what does not differ. A free visit has no line; one that
 * becomes free loses its line. A line's first revision is 1.
 */
export function reviseLines(known: readonly BillingLine[], wanted: LineContent | null): BillingLine[] {
  const withdrawn = known
    .filter((line) => line.status === 'live' && line.lineId !== wanted?.lineId)
    .map((line): BillingLine => ({ ...line, status: 'withdrawn', revision: line.revision + 1 }));
  if (wanted === null) return withdrawn;
  const present = known.find(({ lineId }) => lineId === wanted.lineId);
  if (present !== undefined && isSame(present, wanted)) return withdrawn;
  return [...withdrawn, { ...wanted, status: 'live', revision: (present?.revision ?? 0) + 1 }];
}

/** The newest of each account, after `written` came to `known`. */
export function newestLines(known: readonly BillingLine[], written: readonly BillingLine[]): BillingLine[] {
  return [...new Map([...known, ...written].map((line) => [line.lineId, line])).values()];
}

/** A mere change of the account is no reason to revise a line. */
function isSame(line: BillingLine, wanted: LineContent): boolean {
  return line.status === 'live'
    && line.grossMinor === wanted.grossMinor
    && line.vatMinor === wanted.vatMinor
    && line.currency === wanted.currency
    && line.visitDay === wanted.visitDay
    && line.operatorId === wanted.operatorId
    && line.tariffVersion === wanted.tariffVersion;
}

function lineId(visitId: string, accountId: string): string {
  return createHash('sha256').update(JSON.stringify([visitId, accountId])).digest('hex').slice(0, 32);
}
