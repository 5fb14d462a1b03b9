import type { Caller } from '../access/key-ring.ts';
import type { CameraRead } from '../records/records.ts';
import { checkRead, NO_TIME, type Refusal, type UncheckedRead } from './check-read.ts';
import { CONTRACT_SOURCE, contractRead, receivedAtOf } from './contract.ts';

/** An item that was not taken, as the answer tells it. */
export interface Rejected {
  readonly index: number;
  readonly readId?: string;
  readonly field: string;
  readonly reason: string;
}

export interface CheckedItems {
  /** Of garages that the caller may use. */
  readonly reads: readonly CameraRead[];
  readonly rejected: readonly Rejected[];
}

/** Why a good read is not taken. The same for a garage of somebody else and one that nobody has. */
export const NOT_YOURS = 'is no garage of this API key';

/** Sorts the items of a request in our own JSON into reads and what can't be one, or not from this caller. */
export function checkItems(
  items: readonly unknown[], caller: Pick<Caller, 'mayUse'>, now: number,
): CheckedItems {
  const reads: CameraRead[] = [];
  const rejected: Rejected[] = [];
  for (let index = 0; index < items.length; index++) {
    const unchecked = contractRead(items[index]);
    if (unchecked === null) {
      rejected.push({ index, field: '', reason: 'must be an object' });
      continue;
    }
    const checked = readOf(unchecked, now);
    if (!('reason' in checked)) {
      if (caller.mayUse(checked.garageId)) reads.push(checked);
      else rejected.push({ index, readId: checked.readId, field: 'garageId', reason: NOT_YOURS });
    } else if (checked.field === 'readId') rejected.push({ index, ...checked });
    else rejected.push({ index, readId: unchecked.readId as string, ...checked });
  }
  return { reads, rejected };
}

function readOf(unchecked: UncheckedRead, now: number): CameraRead | Refusal {
  const receivedAt = receivedAtOf(unchecked, now);
  const checked = checkRead(unchecked, receivedAt ?? now, CONTRACT_SOURCE);
  return receivedAt === null && !('reason' in checked) ? { field: 'receivedAt', reason: NO_TIME } : checked;
}
