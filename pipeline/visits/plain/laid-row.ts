import type { RowMemory } from '../../engine/row-memory.ts';
import { copyBytes, viewOf } from '../../records/slab.ts';
import { plainRows } from './read-at-hand.ts';

/** The row of a stay, laid down once where the module reads it (`wasm/`): to be read, and to be closed, grown or told. */

/** Its bytes, from its name on. Until the next is laid down. */
export const laidBytes = Buffer.from(plainRows.memory.buffer, plainRows.openAt(), plainRows.openBytes());
const view = viewOf(laidBytes);
/** Where its value begins, behind its name, and where it ends. */
export const laid = { valueAt: 0, valueEnd: 0 };

/** Lays a row down. @param rested which @returns false: it is longer than there is room for */
export function layDown(rows: RowMemory, rested: number): boolean {
  const nameStart = rows.keyStartOf(rested);
  const valueAt = rows.startOf(rested) - nameStart;
  const valueEnd = valueAt + rows.lengthOf(rested);
  if (valueEnd > laidBytes.length) return false;
  laid.valueAt = valueAt;
  laid.valueEnd = valueEnd;
  copyBytes(rows.viewOf(rested), nameStart, nameStart + valueEnd, view, 0);
  return true;
}
