import type { AvroBody } from '../../records/codec.ts';
import type { CameraRead } from '../../records/records.ts';
import { copyBytes, type Slab } from '../../records/slab.ts';
import type { PassageRead } from '../passages/passages.ts';
import { RULES_VERSION } from '../stays/emission.ts';
import type { OpenRow } from './plain-row.ts';
import type { GarageNames } from './plain-telling.ts';
import { holdRead, plainRows } from './read-at-hand.ts';

/**
 * What a plain entry or exit makes of a stay, as the bytes that the codecs would write, with neither a Stay nor a Visit made of it: its
 * row in the state, and what is told of it. They hold until the next is written.
 */

const { buffer } = plainRows.memory;
const row = new DataView(buffer, plainRows.rowAt(), plainRows.outBytes());
const open = new DataView(buffer, plainRows.openAt(), plainRows.openBytes());

const irregularityBody = { bytes: new DataView(buffer, plainRows.irregularityAt(), plainRows.outBytes()), length: 0 };

/** The irregularity of the short stay that was closed last. */
export const writtenIrregularity: AvroBody = irregularityBody;

const visitBody = { bytes: new DataView(buffer, plainRows.visitAt(), plainRows.outBytes()), length: 0 };

/** The visit of what was written last. */
export const writtenVisit: AvroBody = visitBody;

/**
 * A stay that begins, told at once; its visit's name is `madeName`.
 * @param read that it was opened by, as it came @param entry what its passage has of that, its only read
 * @returns bytes of its row, for `appendRow`; 0: not plain
 */
export function writeOpened(
  garage: GarageNames, read: CameraRead, entry: PassageRead, lastHereAt: number | null, dueAt: number,
): number {
  if (!holdRead(garage, read, entry)) return 0;
  const rowBytes = plainRows.openStay(dueAt, lastHereAt ?? NEVER, RULES_VERSION);
  visitBody.length = plainRows.visitBytes();
  return rowBytes;
}

const NEVER = -1;

/**
 * An open stay that its exit ends.
 * @param bytes where its row is: the name from `nameStart` on, the value, that was read as `entered`, from `start` up to `end`
 * @param read of the exit, as it came @param exit what its passage has of that, of the stay's plate @param isShort it has that flag, and
 * that irregularity
 * @returns as `writeOpened` does
 */
export function writeClosed(
  bytes: DataView, nameStart: number, start: number, end: number, entered: OpenRow, garage: GarageNames, read: CameraRead,
  exit: PassageRead, matchConfidence: number, isShort: boolean, dueAt: number,
): number {
  if (end - nameStart > open.byteLength || !holdRead(garage, read, exit)) return 0;
  copyBytes(bytes, nameStart, end, open, 0);
  const rowBytes = plainRows.closeStay(
    start - nameStart, entered.plateEnd - nameStart, entered.entryEnd - nameStart, entered.lastIdAt - nameStart, dueAt,
    entered.firstSeenAt, entered.at, matchConfidence, isShort, RULES_VERSION,
  );
  visitBody.length = plainRows.visitBytes();
  if (isShort) irregularityBody.length = plainRows.irregularityBytes();
  return rowBytes;
}

/** The row that was written last. */
export function appendRow(rowBytes: number, slab: Slab): void {
  slab.appendPart(row, 0, rowBytes);
}
