import { hash } from 'node:crypto';
import type { Account, BillingLine, Tariff, Visit } from '../records/records.ts';
import { dayOf } from './calendar.ts';
import { vatWithin } from './tariff/vat.ts';

/** A stay that can be priced: over, with both times known. */
export type PriceableVisit = Pick<Visit, 'visitId' | 'operatorId' | 'garageId'> & {
  readonly enteredAt: number;
  readonly exitedAt: number;
};

/** A stay that an account pays for, to whom, and whose the vehicle is. */
export type PayableVisit = PriceableVisit & Pick<BillingLine, 'merchant' | 'ownerRef'>;

/** A line without what its history gives it. */
export type LineContent = Omit<BillingLine, 'revision' | 'status'>;

/**
 * The line by which an account pays for a visit.
 * @param grossMinor what is to be paid, VAT included
 * @param serviceZone IANA zone of visit days
 */
export function lineOf(
  visit: PayableVisit, account: Account, grossMinor: number, tariff: Tariff, serviceZone: string,
): LineContent {
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
    merchant: visit.merchant,
    ownerRef: visit.ownerRef,
  };
}

/**
 * From the lines that a visit has (the newest of each account that ever had one) and the one that it should have to
 * the lines to write: withdrawals first, and nothing for what does not differ. A free visit has no line; one that
 * becomes free loses its line. A line's first revision is 1. Merchant and owner are those of when the line was made.
 */
export function reviseLines(known: readonly BillingLine[], wanted: LineContent | null): BillingLine[] {
  const withdrawn = known
    .filter((line) => line.status === 'live' && line.lineId !== wanted?.lineId)
    .map((line): BillingLine => ({ ...line, status: 'withdrawn', revision: line.revision + 1 }));
  if (wanted === null) return withdrawn;
  const present = known.find(({ lineId }) => lineId === wanted.lineId);
  if (present !== undefined && isSame(present, wanted)) return withdrawn;
  const { merchant, ownerRef } = present ?? wanted;
  return [...withdrawn, { ...wanted, merchant, ownerRef, status: 'live', revision: (present?.revision ?? 0) + 1 }];
}

/** The newest of each account, after `written` came to `known`. */
export function newestLines(known: readonly BillingLine[], written: readonly BillingLine[]): readonly BillingLine[] {
  if (written.length === 0) return known;
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
  return hash('sha256', JSON.stringify([visitId, accountId])).slice(0, 32);
}
