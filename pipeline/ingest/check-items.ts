import type { CameraRead } from '../records/records.ts';
import { checkRead } from './check-read.ts';
import type { ReadFormat } from './formats/format.ts';

/** An item that was not taken, as the answer tells it. */
export interface Rejected {
  readonly index: number;
  readonly readId?: string;
  readonly field: string;
  readonly reason: string;
}

export interface CheckedItems {
  readonly reads: readonly CameraRead[];
  readonly rejected: readonly Rejected[];
}

/** Sorts the items of a request into reads and what can't be one. */
export function checkItems(items: readonly unknown[], format: ReadFormat, receivedAt: number): CheckedItems {
  const reads: CameraRead[] = [];
  const rejected: Rejected[] = [];
  for (let index = 0; index < items.length; index++) {
    const unchecked = format.read(items[index]);
    if (unchecked === null) {
      rejected.push({ index, field: '', reason: 'must be an object' });
      continue;
    }
    const checked = checkRead(unchecked, receivedAt, format.source);
    if (!('reason' in checked)) reads.push(checked);
    else if (checked.field === 'readId') rejected.push({ index, ...checked });
    else rejected.push({ index, readId: unchecked.readId as string, ...checked });
  }
  return { reads, rejected };
}
