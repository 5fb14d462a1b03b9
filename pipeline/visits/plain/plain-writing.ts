import type { RowMemory } from '../../engine/row-memory.ts';
import type { CameraRead } from '../../records/records.ts';
import type { KeyAndValue } from '../../records/slab.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import type { PassageRead, PlateKey } from '../passages/passages.ts';
import { readFrom } from '../state/packed-values.ts';
import { passageAt, readEvidence } from '../state/stay-codec.ts';
import { RULES_VERSION } from '../stays/emission.ts';
import { GROWTH_NUMBERS, IS_AT, IS_PARTS, PASSAGE_AT, WAS_AT, WAS_PARTS } from './growth-parts.ts';
import { laid, laidBytes, layDown } from './laid-row.ts';
import { holdOperator, holdRead, plainRows, type GarageNames } from './read-at-hand.ts';

/**
 * What a plain entry, exit or further read makes of a stay, as the bytes that the codecs would write, with neither a Stay nor a Visit
 * made of it: its row in the state, and what is told of it. They hold until the next is written.
 */

const { buffer } = plainRows.memory;
/** Of the row, the visit and the irregularity where the value begins, and where it ends. */
const places = new Int32Array(buffer, plainRows.placesAt(), 6);

/** What is written at one address. */
class Written implements KeyAndValue {
  readonly bytes: DataView;
  private readonly place: number;

  constructor(address: number, place: number) {
    this.bytes = new DataView(buffer, address, plainRows.outBytes());
    this.place = place;
  }

  get valueAt(): number {
    return places[this.place]!;
  }

  get end(): number {
    return places[this.place + 1]!;
  }
}

/** The row that was written last, behind its visit's name. */
export const writtenRow: KeyAndValue = new Written(plainRows.rowAt(), 0);
/** Its visit, behind the garage's id and room for what frames it. */
export const writtenVisit: KeyAndValue = new Written(plainRows.visitAt(), 2);
/** The irregularity of the short stay that was closed last, likewise. */
export const writtenIrregularity: KeyAndValue = new Written(plainRows.irregularityAt(), 4);

/**
 * A stay that begins, told at once.
 * @param read that it was opened by, as it came @param entry what its passage has of that, its only read
 * @returns false: not plain
 */
export function writeOpened(
  garage: GarageNames, read: CameraRead, entry: PassageRead, lastHereAt: number | null, dueAt: number,
): boolean {
  return holdRead(garage, read, entry) && plainRows.openStay(dueAt, lastHereAt ?? NEVER, RULES_VERSION) !== 0;
}

const NEVER = -1;

/**
 * The open stay whose row was read last (`plain-row.ts`), that its exit ends.
 * @param read of the exit, as it came @param exit what its passage has of that, of the stay's plate @param isShort it has that flag, and
 * that irregularity
 * @returns as `writeOpened` does
 */
export function writeClosed(
  garage: GarageNames, read: CameraRead, exit: PassageRead, matchConfidence: number, isShort: boolean, dueAt: number,
): boolean {
  return holdRead(garage, read, exit) && plainRows.closeStay(laid.valueAt, dueAt, matchConfidence, isShort, RULES_VERSION) !== 0;
}

/**
 * A stay whose passage the read goes on with, and is like all reads of. What else is found of it stands in `grown`.
 * @param rested its row @param read that it grew by, as it came @param passed what its passage has of that
 * @param hasLeft its exit grows, else its entry
 * @returns false: they are not all alike, or it is not plain
 */
export function writeGrown(
  rows: RowMemory, rested: number, garage: GarageNames, read: CameraRead, passed: PassageRead, hasLeft: boolean, dueAt: number,
): boolean {
  return holdRead(garage, read, passed) && layDown(rows, rested) &&
    plainRows.growStay(laid.valueAt, laid.valueEnd, dueAt, hasLeft) !== 0;
}

/**
 * An open stay whose entry grew after it was told: what is told of it now. Its entry's times stand in `grown`.
 * @param rested its row @param dueAfterMs when it is due, from the last read of its entry on
 * @returns false: it is told as it is, or it is not plain
 */
export function writeTold(rows: RowMemory, rested: number, garage: GarageNames, dueAfterMs: number): boolean {
  return holdOperator(garage) && layDown(rows, rested) &&
    plainRows.tellStay(laid.valueAt, laid.valueEnd, dueAfterMs, RULES_VERSION) !== 0;
}

/** Of the stay that grew last, or is told anew, by the order of `growth-parts.ts`. */
export const grown: Readonly<Float64Array> = new Float64Array(buffer, plainRows.grownAt(), GROWTH_NUMBERS);

const rowBytes = Buffer.from(buffer, plainRows.rowAt(), plainRows.outBytes());

/** What the passage that grew last spoke for before, and does now. @param read that it grew by */
export function grownEvidence(read: PassageRead, isBefore: boolean): PlateEvidence {
  readFrom(isBefore ? laidBytes : rowBytes, grown[isBefore ? WAS_AT : IS_AT]!);
  return readEvidence(grown[isBefore ? WAS_PARTS : IS_PARTS]!, read);
}

/** The reads of the passage that grew last, as it was before. @param plate that its stay stands under */
export function grownReads(plate: PlateKey): readonly PassageRead[] {
  return passageAt(laidBytes, grown[PASSAGE_AT]!, plate).reads;
}
