import { LONGEST_PLATE, SYMBOLS } from './symbols.ts';

/**
 * How near two plates are, look-alikes being the same: at most two characters other, lost or added (one where few are
 * there), or three lost together at one end.
 */
export function editsAllowed(oneLength: number, otherLength: number): number {
  const shorter = Math.min(oneLength, otherLength);
  return shorter >= 4 ? 2 : shorter >= 2 ? 1 : 0;
}

export const LOST_TOGETHER = 3;
/** So many must be left for the rest to say anything. */
export const LEAST_LEFT = 4;

/** One plate, made ready to be compared with many. */
export class LookAlikePattern {
  readonly classes = new Uint8Array(LONGEST_PLATE);
  length = 0;
  /** By symbol: at which places of the plate it stands, as bits. */
  private readonly places = new Int32Array(SYMBOLS);

  /** @param length the plate's classes stand in `classes` up to it */
  use(length: number): void {
    this.places.fill(0);
    this.length = length;
    for (let i = 0; i < length; i++) this.places[this.classes[i]!]! |= 1 << i;
  }

  isNear(others: Uint8Array, from: number, length: number): boolean {
    return this.isWithin(editsAllowed(this.length, length), others, from, length) || this.isLessAnEnd(others, from, length);
  }

  /** Whether they are the same, or but for one more or less at an end. */
  isTwin(others: Uint8Array, from: number, length: number): boolean {
    const lost = this.length - length;
    if (lost === 0) return this.agrees(others, from, length, 0, 0);
    return (lost === 1 || lost === -1) && this.isLess(lost, others, from, length);
  }

  /** Whether the Levenshtein distance is at most so much. By Myers' bit vectors: one step a character, and none is left to bring them near. */
  private isWithin(most: number, others: Uint8Array, from: number, length: number): boolean {
    if (Math.abs(this.length - length) > most) return false;
    const end = from + length;
    const last = 1 << (this.length - 1);
    let more = -1;
    let less = 0;
    let distance = this.length;
    for (let i = from; i < end; i++) {
      // Each of those left brings it down by one at most.
      if (distance - (end - i) > most) return false;
      const equal = this.places[others[i]!]!;
      const vertical = equal | less;
      const horizontal = (((equal & more) + more) ^ more) | equal;
      let up = less | ~(horizontal | more);
      let down = more & horizontal;
      if (up & last) distance++;
      if (down & last) distance--;
      up = (up << 1) | 1;
      down <<= 1;
      more = down | ~(vertical | up);
      less = up & vertical;
    }
    return distance <= most;
  }

  private isLessAnEnd(others: Uint8Array, from: number, length: number): boolean {
    const lost = this.length - length;
    return Math.abs(lost) === LOST_TOGETHER && Math.min(length, this.length) >= LEAST_LEFT && this.isLess(lost, others, from, length);
  }

  /** Whether the shorter one is the longer one less so many characters at either end; below 0: the other is longer. */
  private isLess(lost: number, others: Uint8Array, from: number, length: number): boolean {
    const shorter = Math.min(length, this.length);
    return this.agrees(others, from, shorter, 0, 0) || this.agrees(others, from, shorter, Math.max(0, lost), Math.max(0, -lost));
  }

  /** Whether so many characters of this plate from one place on are those of the other from another on. */
  private agrees(others: Uint8Array, from: number, compared: number, skipped: number, skippedOther: number): boolean {
    for (let i = 0; i < compared; i++) if (this.classes[skipped + i] !== others[from + skippedOther + i]) return false;
    return true;
  }
}
