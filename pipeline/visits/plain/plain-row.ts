import type { Direction } from '../../records/records.ts';
import { mayHoldAnother } from '../confidence/pair-signs.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import type { PassageDirection, PassageRead, PlateKey } from '../passages/passages.ts';
import { afterShare, afterText, afterTime, timeAt } from '../state/packed-places.ts';
import { readByte, readCount, readFrom, readText, readTime, skipShare, skipText } from '../state/packed-values.ts';
import { afterEvidence, directions, readEvidence, statuses, stayCodec } from '../state/stay-codec.ts';
import {
  CAME_BACK, DIRECTION_BITS, HAS_ENTRY, HAS_ENTRY_READ, HAS_VISIT, IS_AS_SEEN, IS_SINGLE, LONG, OTHER_LANE, OTHER_PLATE, SAID_OTHERWISE,
} from '../state/stay-format.ts';

/**
 * A plain stay at rest, read where its bytes are, with no Stay made of it: nearly all stays are looked at twice after they opened, when
 * they end, which is for here, and when they leave the state (`../state/closed-row.ts`). What is odd in any way is for the codec, whose format this
 * is; what they become is written by `plain-writing.ts`.
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
 * One at rest: numbers, and places in its row. Texts are made of them when they are asked for. They hold when the row is another
 * already: its bytes are there until nothing can be undone any more.
 */
export class OpenRow implements OpenStay, EntryRead {
  /** Where the stay's plate ends, the entry, and where the id of the entry's last read stands. */
  plateEnd = 0;
  entryEnd = 0;
  lastIdAt = 0;
  lastHereAt: number | null = null;
  firstSeenAt = 0;
  /** Of the last read. */
  at = 0;
  readonly enteredBy = this;
  private revisionAt = 0;
  private laneAt = 0;
  private words = 0;
  private passageHas = 0;
  private count = 0;
  private readsAt = 0;
  /** The parts of the passage's evidence, that of its only read or of the vote; and where it stands. */
  private parts = 0;
  private evidenceAt = 0;
  /** Of all its reads. */
  private partsOfAll = 0;
  private bytes: Buffer = noBytes;
  private stay = noPlate;

  get direction(): PassageDirection {
    return directions[this.passageHas >> DIRECTION_BITS]!;
  }

  get plate(): string {
    if (!(this.parts & OTHER_PLATE)) return this.stay.plate;
    readFrom(this.bytes, this.evidenceAt);
    return readText();
  }

  get entryHoldsAnother(): boolean {
    // Mostly all are of the stay's plate.
    return ((this.parts | this.partsOfAll) & OTHER_PLATE) !== 0 && mayHoldAnother({ evidence: this, reads: this.readsAs() });
  }

  get revision(): number {
    readFrom(this.bytes, this.revisionAt);
    return readCount();
  }

  get readId(): string {
    readFrom(this.bytes, this.lastIdAt);
    return readText();
  }

  isByLane(laneId: string): boolean {
    const { bytes, laneAt } = this;
    const length = bytes[laneAt]!;
    if (length === LONG) {
      readFrom(bytes, laneAt);
      return readText() === laneId;
    }
    if (length !== laneId.length) return false;
    for (let i = 0; i < length; i++) if (bytes[laneAt + 1 + i] !== laneId.charCodeAt(i)) return false;
    return true;
  }

  get word(): Direction {
    return directions[this.words & 15] as Direction;
  }

  get laneDirection(): Direction {
    return directions[this.words >> 4] as Direction;
  }

  /** @returns false: it is not plain */
  read(bytes: Buffer, start: number, stay: PlateKey): boolean {
    const has = bytes[start + 1]!;
    if (bytes[start] !== stayCodec.formatVersion || (has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT)) return false;
    this.plateEnd = afterText(bytes, afterText(bytes, afterText(bytes, start + 2)));
    const entryStart = afterTime(bytes, this.plateEnd);
    const passageHas = bytes[entryStart]!;
    if ((passageHas & (2 ** DIRECTION_BITS - 1) & ~IS_SINGLE) !== 0) return false;
    this.bytes = bytes;
    this.stay = stay;
    this.passageHas = passageHas;
    const entryEnd = this.readEntry(bytes, entryStart + 1);
    this.entryEnd = entryEnd;
    this.lastHereAt = has & CAME_BACK ? timeAt(bytes, entryEnd) : null;
    const visitAt = has & CAME_BACK ? afterTime(bytes, entryEnd) : entryEnd;
    const visitHas = bytes[visitAt]!;
    if ((visitHas & ~IS_AS_SEEN) !== HAS_ENTRY_READ || bytes[visitAt + 1] !== OPEN) return false;
    this.revisionAt = visitAt + 2;
    if (visitHas & IS_AS_SEEN) return true;
    readFrom(bytes, visitAt + 2);
    readCount();
    skipShare();
    // Told anew it would have to say when it was seen first.
    return readTime() === this.firstSeenAt;
  }

  /** @returns where it ends */
  private readEntry(bytes: Buffer, start: number): number {
    let end = afterText(bytes, start);
    this.count = 1;
    if ((this.passageHas & IS_SINGLE) === 0) {
      this.count = bytes[end]!;
      this.parts = bytes[end + 1]!;
      this.evidenceAt = end + 2;
      end = afterEvidence(bytes, end + 2, this.parts);
    }
    this.readsAt = end;
    this.partsOfAll = 0;
    for (let i = 0; i < this.count; i++) {
      const parts = bytes[end]!;
      const timeStart = afterText(bytes, afterText(bytes, end + 1));
      const wordsAt = afterTime(bytes, timeStart);
      const evidenceAt = parts & OTHER_LANE ? afterText(bytes, wordsAt + 1) : wordsAt + 1;
      this.partsOfAll |= parts;
      if (i === 0) this.firstSeenAt = timeAt(bytes, timeStart);
      if (i === this.count - 1) {
        this.lastIdAt = end + 1;
        this.laneAt = parts & OTHER_LANE ? wordsAt + 1 : start;
        this.at = i === 0 ? this.firstSeenAt : timeAt(bytes, timeStart);
        this.words = bytes[wordsAt]!;
      }
      if (this.passageHas & IS_SINGLE) {
        this.parts = parts;
        this.evidenceAt = evidenceAt;
      }
      end = afterEvidence(bytes, evidenceAt, parts);
      if (parts & SAID_OTHERWISE) end = afterShare(bytes, end);
    }
    return end;
  }

  /** As what each of its reads was read. */
  private readsAs(): PlateEvidence[] {
    readFrom(this.bytes, this.readsAt);
    return Array.from({ length: this.count }, () => {
      const parts = readByte();
      skipText();
      skipText();
      readTime();
      readByte();
      if (parts & OTHER_LANE) skipText();
      const evidence = readEvidence(parts, this.stay);
      if (parts & SAID_OTHERWISE) skipShare();
      return evidence;
    });
  }
}

const noBytes = Buffer.alloc(0);
const noPlate: PlateKey = { country: '', plate: '' };
const openRow = new OpenRow();

/**
 * Reads an open stay, plain as `isPlainlyOpen` says.
 * @param start where the row's value begins
 * @param stay the plate that it stands under
 * @returns one for all: holds until the next is read; null: for the codec
 */
export function readOpenRow(bytes: Buffer, start: number, stay: PlateKey): OpenRow | null {
  return openRow.read(bytes, start, stay) ? openRow : null;
}

const OPEN = statuses.indexOf('open');
