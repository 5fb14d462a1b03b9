import type { Operator, SellerDetails } from '../records/records.ts';
import type { OperatorEntry } from './operators-file.ts';

/**
 * From the operators as they are and as a file wants them to those that change: new details
 * begin now, former ones stay.
 */
export function planOperators(
  current: ReadonlyMap<string, Operator>, entries: readonly OperatorEntry[], now: number,
): Map<string, Operator> {
  const changed = new Map<string, Operator>();
  for (const { operatorId, details } of entries) {
    const former = current.get(operatorId)?.details ?? [];
    if (isSame(former.at(-1), details)) continue;
    // The clock of this machine may be behind the one that applied the former.
    const from = Math.max(now, (former.at(-1)?.from ?? 0) + 1);
    changed.set(operatorId, { operatorId, details: [...former, { from, ...details }] });
  }
  return changed;
}

/**
 * The seller as a document of that time names it (UTC ms), so that a document sent again is the same. The first details
 * are good for what was sold before them; null: none are known.
 */
export function sellerAt(operator: Operator | undefined, at: number): SellerDetails | null {
  if (operator === undefined) return null;
  return operator.details.findLast(({ from }) => from <= at) ?? operator.details[0] ?? null;
}

function isSame(present: SellerDetails | undefined, wanted: Omit<SellerDetails, 'from'>): boolean {
  if (present === undefined) return false;
  return JSON.stringify({ ...wanted, from: 0 }) === JSON.stringify({ ...wanted, ...present, from: 0 });
}
