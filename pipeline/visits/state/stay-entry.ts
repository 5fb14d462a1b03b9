import type { Table } from '../../engine/state.ts';
import { copyBytes } from '../../records/slab.ts';
import { rowRoom } from '../matching/evidence-module.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { isEnteredFar } from '../matching/near-readings.ts';
import { sameVehicleAsEntered, sameVehicleOnce } from '../matching/same-vehicle.ts';
import { ROW_BYTES } from '../matching/shared-numbers.ts';
import { lastRead } from '../passages/passages.ts';
import { readByte, readFrom, readSharedText, readText, readTime, skipShare, skipText } from './packed-values.ts';
import { areNear } from './plate-index.ts';
import { readEvidence, skipEvidence, stayCodec } from './stay-codec.ts';
import { HAS_ENTRY, IS_RULED, IS_SINGLE, IS_VOID, OTHER_LANE, SAID_OTHERWISE } from './stay-format.ts';
import type { Stay } from './stay.ts';

/**
 * What others ask of a stay's entry: of nearly every vehicle that leaves, when it was here before, and as what those were read
 * that are like it. One at rest is not decoded for it: its bytes are passed over up to the answer.
 */

/** The last read of its entry, ms UTC; NaN: it has none, or the stay is void. */
export function enteredAtOf(stays: Table<Stay>, slot: number): number {
  const has = beginRow(stays, slot);
  if (has < 0) {
    const { entry, why } = stays.at(slot)!;
    return entry === null || why !== null ? NaN : lastRead(entry).at;
  }
  if ((has & HAS_ENTRY) === 0 || (has & IS_VOID) !== 0) return NaN;
  skipText();
  skipText();
  readTime();
  const isSingle = (readByte() & IS_SINGLE) !== 0;
  skipText();
  const count = isSingle ? 1 : readByte();
  if (!isSingle) skipEvidence(readByte());
  for (let i = 1; i < count; i++) skipRead();
  readByte();
  skipText();
  skipText();
  return readTime();
}

/** As what it was read at its entry; null: it has none, or the stay is void. */
export function enteredAs(stays: Table<Stay>, slot: number): PlateEvidence | null {
  const has = beginRow(stays, slot);
  if (has < 0) return evidenceOf(stays.at(slot)!);
  if ((has & HAS_ENTRY) === 0 || (has & IS_VOID) !== 0) return null;
  const country = readSharedText();
  const plate = readText();
  readTime();
  const passageHas = readByte();
  // Its plate may be what a person said.
  if ((passageHas & IS_RULED) !== 0) return evidenceOf(stays.at(slot)!);
  skipText();
  if ((passageHas & IS_SINGLE) === 0) {
    readByte();
    return readEvidence(readByte(), { country, plate });
  }
  const parts = readByte();
  skipRest(parts);
  return readEvidence(parts, { country, plate });
}

/**
 * Nats by which a reading and that of its entry speak for one vehicle (`sameVehicleOnce`). Of a row at rest the module that compares
 * reads the entry itself.
 * @param isEntryFirst of the two that are compared
 * @returns NaN: it has none, or the stay is void
 */
export function likenessToEntry(stays: Table<Stay>, slot: number, reading: PlateEvidence, isEntryFirst: boolean): number {
  const likeness = layDownRow(stays, slot) ? sameVehicleAsEntered(reading, isEntryFirst) : NaN;
  if (!Number.isNaN(likeness)) return likeness;
  const entered = enteredAs(stays, slot);
  if (entered === null) return NaN;
  return isEntryFirst ? sameVehicleOnce(entered, reading) : sameVehicleOnce(reading, entered);
}

/** Whether a plate that its entry may be of is near the reading's (`areNear`); true of one that has none, or is void. */
export function mayEntryBeNear(stays: Table<Stay>, slot: number, reading: PlateEvidence): boolean {
  if (layDownRow(stays, slot) && isEnteredFar(reading)) return false;
  const entered = enteredAs(stays, slot);
  return entered === null || areNear(reading, entered);
}

/** Lays the row down where readings are compared. @returns false: it is not at rest, or longer than there is room for */
export function layDownRow(stays: Table<Stay>, slot: number): boolean {
  const row = stays.rowAt(slot);
  if (row < 0) return false;
  const { rows } = stays;
  const start = rows.startOf(row);
  const length = rows.lengthOf(row);
  if (length > ROW_BYTES) return false;
  copyBytes(rows.viewOf(row), start, start + length, rowRoom, 0);
  return true;
}

function evidenceOf({ entry, why }: Stay): PlateEvidence | null {
  return entry === null || why !== null ? null : entry.evidence;
}

/** Reads up to the country. @returns what the row has; -1: for the codec */
function beginRow(stays: Table<Stay>, slot: number): number {
  const row = stays.rowAt(slot);
  if (row < 0) return -1;
  const bytes = stays.rows.bytesOf(row);
  const start = stays.rows.startOf(row);
  if (bytes[start] !== stayCodec.formatVersion) return -1;
  readFrom(bytes, start + 1);
  const has = readByte();
  skipText();
  return has;
}

function skipRead(): void {
  const parts = readByte();
  skipRest(parts);
  skipEvidence(parts);
  if (parts & SAID_OTHERWISE) skipShare();
}

/** What stands in a read between its parts and its evidence. */
function skipRest(parts: number): void {
  skipText();
  skipText();
  readTime();
  readByte();
  if (parts & OTHER_LANE) skipText();
}
