import { FIRST_HASH, hashOfBytes, hashOfText, hashWith, mixedHash } from '../../engine/hashes.ts';

/**
 * Which reads the garages of a task may remember: a multiset of 32-bit hashes of (garage, camera, readId), apart from the
 * collector's heap. Nearly every read is new and is told so by one look here; for the rest the passages themselves must be
 * asked. One for all garages: where these are many, a table for each would be to fetch before the look at it.
 *
 * Open addressing with linear probing; a hash added twice takes two slots.
 */
export class ReadHashes {
  private slots = new Int32Array(SLOTS_AT_START);
  private used = 0;
  /** What was hashed last: a new read is looked for first, then added. */
  private lastCameraId = '';
  private lastReadId = '';
  private lastHash = readHashOf('', '');

  /** @param garage its number in the task: others have reads with the same ids */
  add(garage: number, cameraId: string, readId: string): void {
    if (this.used >= this.slots.length / 2) this.grow();
    this.insert(inGarage(this.hashOnce(cameraId, readId), garage));
    this.used += 1;
  }

  /** Takes out what was added once; what was not added must not be taken out. */
  delete(garage: number, cameraId: string, readId: string): void {
    this.deleteHash(garage, readHashOf(cameraId, readId));
  }

  /** The same of what has that hash, which `readHashOf` gives. */
  deleteHash(garage: number, readHash: number): void {
    const { slots } = this;
    const hash = inGarage(readHash, garage);
    const mask = slots.length - 1;
    let hole = hash & mask;
    while (slots[hole] !== hash) {
      if (slots[hole] === EMPTY) throw new Error('a read was forgotten that was not remembered');
      hole = (hole + 1) & mask;
    }
    // Moves up what the hole would cut off from the place where it is looked for first.
    for (let next = (hole + 1) & mask; slots[next] !== EMPTY; next = (next + 1) & mask) {
      const moved = slots[next]!;
      if (((next - moved) & mask) < ((next - hole) & mask)) continue;
      slots[hole] = moved;
      hole = next;
    }
    slots[hole] = EMPTY;
    this.used -= 1;
  }

  /** False: surely not there. True: there, or another with the same hash. */
  mayHave(garage: number, cameraId: string, readId: string): boolean {
    const { slots } = this;
    const hash = inGarage(this.hashOnce(cameraId, readId), garage);
    const mask = slots.length - 1;
    for (let at = hash & mask; slots[at] !== EMPTY; at = (at + 1) & mask) if (slots[at] === hash) return true;
    return false;
  }

  private hashOnce(cameraId: string, readId: string): number {
    if (readId !== this.lastReadId || cameraId !== this.lastCameraId) {
      this.lastCameraId = cameraId;
      this.lastReadId = readId;
      this.lastHash = readHashOf(cameraId, readId);
    }
    return this.lastHash;
  }

  private insert(hash: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hash & mask;
    while (slots[at] !== EMPTY) at = (at + 1) & mask;
    slots[at] = hash;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(2 * before.length);
    for (const hash of before) if (hash !== EMPTY) this.insert(hash);
  }
}

const EMPTY = 0;
/** A power of two, as all later sizes are. */
const SLOTS_AT_START = 1024;

function inGarage(readHash: number, garage: number): number {
  const hash = readHash ^ Math.imul(garage + 1, 0x9e3779b1);
  return hash === EMPTY ? 1 : hash;
}

export function readHashOf(cameraId: string, readId: string): number {
  return withCamera(hashOfText(FIRST_HASH, readId), cameraId);
}

/** The same hash of a readId that stands as ASCII. */
export function readHashOfBytes(cameraId: string, bytes: Uint8Array, start: number, end: number): number {
  return withCamera(hashOfBytes(FIRST_HASH, bytes, start, end), cameraId);
}

/** No character has this code. */
const SEPARATOR = 0x10000;

function withCamera(readHash: number, cameraId: string): number {
  const hash = mixedHash(hashOfText(hashWith(readHash, SEPARATOR), cameraId)) | 0;
  return hash === EMPTY ? 1 : hash;
}
