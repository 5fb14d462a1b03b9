import type { BillingLine, LedgerEntry } from '../records/records.ts';

/** Money in minor units, VAT included and within it. */
export interface Money {
  readonly grossMinor: number;
  readonly vatMinor: number;
}

/** A part of what a line is worth, with exactly one owner: an entry of the ledger. */
export interface Part extends Money {
  readonly entryId: string;
  /** Of the ledger; 0: not told yet. */
  readonly revision: number;
  readonly operatorId: string;
  readonly merchant: string;
  readonly currency: string;
  readonly owner: LedgerEntry['owner'];
  readonly ownerId: string;
  readonly status: LedgerEntry['status'];
  /**
   * Captured or invoiced: the day of it; open: the last closed billing day when it was opened. Empty before any
   * close.
   */
  readonly since: string;
  /** What sales documents have told of it so far. */
  readonly toldMinor: number;
  readonly toldVatMinor: number;
}

/** The newest revision of a line, and the parts that it has come to stand in. */
export interface Line extends Money {
  readonly lineId: string;
  readonly revision: number;
  /** False: withdrawn, so worth nothing. */
  readonly live: boolean;
  readonly accountId: string;
  readonly operatorId: string;
  /** Empty: an invoice fee. */
  readonly visitId: string;
  readonly garageId: string;
  readonly visitDay: string;
  readonly currency: string;
  readonly merchant: string;
  readonly ownerRef: string;
  readonly parts: readonly Part[];
}

/** The line as it is known after this revision; null when the revision is old and changes nothing. */
export function takeLine(known: Line | undefined, line: BillingLine): Line | null {
  if (known !== undefined && line.revision <= known.revision) return null;
  const { lineId, revision, accountId, operatorId, visitId, garageId, visitDay } = line;
  const { currency, merchant, ownerRef, grossMinor, vatMinor } = line;
  return {
    lineId, revision, live: line.status === 'live', accountId, operatorId, visitId, garageId, visitDay, currency,
    merchant, ownerRef, grossMinor, vatMinor, parts: known?.parts ?? [],
  };
}

/** Whether it waits for a charge. */
export function isUnclaimed({ owner, ownerId, grossMinor }: Part): boolean {
  return owner === 'open' && ownerId === '' && grossMinor !== 0;
}

/** Whether nothing more will become of the line but for a correction. */
export function isSettled({ parts }: Line): boolean {
  return parts.every(({ owner, ownerId, status, grossMinor }) =>
    owner === 'captured' || owner === 'waived' || status === 'charged' || (ownerId === '' && grossMinor === 0));
}

export function isCorrection(line: Line, part: Part): boolean {
  return part.entryId !== line.lineId;
}

/** Whether the VAT can be that of the sum: changes at another rate are no sums of money by themselves. */
export function hasVatWithin({ grossMinor, vatMinor }: Money): boolean {
  return grossMinor < 0 ? vatMinor <= 0 && vatMinor >= grossMinor : vatMinor >= 0 && vatMinor <= grossMinor;
}

export function sumOf(amounts: readonly Money[]): Money {
  return {
    grossMinor: amounts.reduce((sum, { grossMinor }) => sum + grossMinor, 0),
    vatMinor: amounts.reduce((sum, { vatMinor }) => sum + vatMinor, 0),
  };
}

export function less(one: Money, other: Money): Money {
  return { grossMinor: one.grossMinor - other.grossMinor, vatMinor: one.vatMinor - other.vatMinor };
}

export function plus(one: Money, other: Money): Money {
  return { grossMinor: one.grossMinor + other.grossMinor, vatMinor: one.vatMinor + other.vatMinor };
}
