import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Tells at once whether another stored plate is close to one: one character other, lost or added, look-alikes being
 * the same. It counts each stored plate with each one character left out. Derived, never stored.
 */
export class NearFilter {
  /** Open addressing: a count of 0 was never used, or its plates are gone. */
  private hashes = new Int32Array(64);
  private counts = new Int32Array(64);
  private slotsUsed = 0;
  private readonly classes = new Uint8Array(LONGEST_PLATE);
  private readonly keys = new Int32Array(LONGEST_PLATE + 1);

  add(plate: string): void {
    const keys = this.writeKeys(plate);
    if (2 * (this.slotsUsed + keys) > this.hashes.length) this.rebuild();
    for (let i = 0; i < keys; i++) this.change(this.keys[i]!, 1);
  }

  /** The plate must have been added. */
  remove(plate: string): void {
    const keys = this.writeKeys(plate);
    for (let i = 0; i < keys; i++) this.change(this.keys[i]!, -1);
  }

  /**
   * False: surely no stored plate is close to this one, but for itself.
   * @param itself how often this very plate is stored
   */
  mayHaveNear(plate: string, itself: number): boolean {
    const keys = this.writeKeys(plate);
    for (let i = 0; i < keys; i++) if (this.counts[this.slotOf(this.keys[i]!)]! > itself) return true;
    return false;
  }

  private change(hash: number, by: number): void {
    const slot = this.slotOf(hash);
    if (this.hashes[slot] !== hash) {
      this.hashes[slot] = hash;
      this.slotsUsed++;
    }
    this.counts[slot]! += by;
  }

  /** Where the hash stands, or else where it would. Hashes are never 0. */
  private slotOf(hash: number): number {
    const { hashes } = this;
    const mask = hashes.length - 1;
    let slot = hash & mask;
    while (hashes[slot] !== hash && hashes[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  /** Drops what is gone, and makes room for twice as much as is there. */
  private rebuild(): void {
    const { hashes, counts } = this;
    let live = 0;
    for (const count of counts) if (count > 0) live++;
    let length = 64;
    while (length < 4 * (live + LONGEST_PLATE + 1)) length *= 2;
    this.hashes = new Int32Array(length);
    this.counts = new Int32Array(length);
    this.slotsUsed = 0;
    for (let slot = 0; slot < hashes.length; slot++) if (counts[slot]! > 0) this.change(hashes[slot]!, counts[slot]!);
  }

  /** Hashes of the plate and of it with each one character left out, each text once. @returns how many */
  private writeKeys(plate: string): number {
    const { classes, keys } = this;
    const length = writeClasses(plate, classes);
    keys[0] = hashWithout(classes, length, -1);
    let count = 1;
    for (let i = 0; i < length; i++) {
      // Either of two equal neighbours left out gives the same.
      if (i > 0 && classes[i] === classes[i - 1]) continue;
      keys[count++] = hashWithout(classes, length, i);
    }
    return count;
  }
}

function hashWithout(classes: Uint8Array, length: number, left: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < length; i++) if (i !== left) hash = Math.imul(hash ^ classes[i]!, 0x01000193) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) || 1;
}
