import type { RowMemory } from '../../engine/row-memory.ts';
import type { Direction } from '../../records/records.ts';
import { mayHoldAnother } from '../confidence/pair-signs.ts';
import type { PassageDirection, PassageRead, PlateKey } from '../passages/passages.ts';
import { readCount, readFrom, readText } from '../state/packed-values.ts';
import { directions, passageAt } from '../state/stay-codec.ts';
import { LONG, OTHER_PLATE } from '../state/stay-format.ts';
import { laid, laidBytes, layDown } from './laid-row.ts';
import {
  ANY_PARTS, DIRECTION, ENTERED_AT, ENTRY_AT, FIRST_SEEN_AT, LANE_AT, LAST_HERE_AT, LAST_ID_AT, OPEN_ROW_NUMBERS, REVISION_AT, WORDS,
} from './open-row-parts.ts';
import { plainRows } from './read-at-hand.ts';

/**
 * A plain stay at rest, read where its bytes are, with no Stay made of it: nearly all stays are looked at twice after they opened, when
 * they end, which is for here, and when they leave the state (`../state/closed-row.ts`). A module takes it apart (`wasm/open-row.as.ts`). What is
 * odd in any way is for the codec; what they become is written by `plain-writing.ts`.
 */

/** An open stay, as far as its exit needs to know. */
export interface OpenStay {
  /** Of the entry passage. */
  readonly direction: PassageDirection;
  /** One of its reads may be of another vehicle (`mayHoldAnother`). */
  readonly entryHoldsAnother: boolean;
  /** As which the vehicle was read there. */
  readonly plate: string;
  /** Its last read. */
  readonly enteredBy: EntryRead;
  /** Whether that was made at this lane. */
  isByLane(laneId: string): boolean;
  readonly lastHereAt: number | null;
  /** Of the visit as it was told last. */
  readonly revision: number;
  readonly firstSeenAt: number;
}

/** A read of an entry, as far as that. */
type EntryRead = Pick<PassageRead, 'readId' | 'at' | 'word' | 'laneDirection'>;

/**
 * One that is laid down: numbers, and places in its row. Texts are made of them when they are asked for. They hold until another is laid
 * down.
 */
class OpenRow implements OpenStay, EntryRead {
  readonly enteredBy = this;
  stay = noPlate;

  get direction(): PassageDirection {
    return directions[found[DIRECTION]!]!;
  }

  get plate(): string {
    return isOfItsPlate() ? this.stay.plate : passageAt(laidBytes, found[ENTRY_AT]!, this.stay).evidence.plate;
  }

  get entryHoldsAnother(): boolean {
    // Mostly all are of the stay's plate.
    return !isOfItsPlate() && mayHoldAnother(passageAt(laidBytes, found[ENTRY_AT]!, this.stay));
  }

  get lastHereAt(): number | null {
    const at = found[LAST_HERE_AT]!;
    return Number.isNaN(at) ? null : at;
  }

  get firstSeenAt(): number {
    return found[FIRST_SEEN_AT]!;
  }

  get revision(): number {
    readFrom(laidBytes, found[REVISION_AT]!);
    return readCount();
  }

  get readId(): string {
    return textAt(found[LAST_ID_AT]!);
  }

  /** Of its last read. */
  get at(): number {
    return found[ENTERED_AT]!;
  }

  isByLane(laneId: string): boolean {
    const laneAt = found[LANE_AT]!;
    const length = laidBytes[laneAt]!;
    if (length === LONG) return textAt(laneAt) === laneId;
    if (length !== laneId.length) return false;
    for (let i = 0; i < length; i++) if (laidBytes[laneAt + 1 + i] !== laneId.charCodeAt(i)) return false;
    return true;
  }

  get word(): Direction {
    return directions[found[WORDS]! & 15] as Direction;
  }

  get laneDirection(): Direction {
    return directions[found[WORDS]! >> 4] as Direction;
  }
}

/** As `open-row-parts.ts` says. */
const found = new Float64Array(plainRows.memory.buffer, plainRows.openRowAt(), OPEN_ROW_NUMBERS);
const noPlate: PlateKey = { country: '', plate: '' };
const openRow = new OpenRow();

/**
 * Reads an open stay, plain as `isPlainlyOpen` says.
 * @param rested its row @param stay the plate that it stands under
 * @returns one for all: holds until another row is laid down; null: for the codec
 */
export function readOpenRow(rows: RowMemory, rested: number, stay: PlateKey): OpenStay | null {
  if (!layDown(rows, rested) || plainRows.readOpen(laid.valueAt) === 0) return null;
  openRow.stay = stay;
  return openRow;
}

/** The entry was read as the stay's plate alone. */
function isOfItsPlate(): boolean {
  return (found[ANY_PARTS]! & OTHER_PLATE) === 0;
}

function textAt(at: number): string {
  readFrom(laidBytes, at);
  return readText();
}
