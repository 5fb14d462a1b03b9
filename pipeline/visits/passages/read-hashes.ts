import { FIRST_HASH, hashOfBytes, hashOfText, hashWith, mixedHash } from '../../engine/hashes.ts';

/**
 * Which reads the garages of a task may remember: a multiset of 32-bit hashes of (garage, camera, readId), apart from the
 * collector's heap. Nearly every read is new and is told so by one look here; for the rest the passages themselves must be
 * asked. One for all garages: where these are many, a table for each would be to fetch before the look at it. Cameras are
 * named by their `cameraHashOf`: hashed anew at each read, their ids were longer than its own.
 *
 * Open addressing with linear probing; a hash added twice takes two slots.
 */
export class ReadHashes {
  private slots = new Int32Array(SLOTS_AT_START);
  private used = 0;
  /** What was hashed last: a new read is looked for first, then added. */
  private lastReadId = '';
  private lastHash = readIdHashOf('');

  /** @param camera its hash */
  add(camera: number, readId: string): void {
    if (this.used >= this.slots.length / 2) this.grow();
    this.insert(ofCamera(this.hashOnce(readId), camera));
    this.used += 1;
  }

  /** Takes out what was added once; what was not added must not be taken out. @param readIdHash what `readIdHashOf` gives */
  delete(camera: number, readIdHash: number): void {
    const { slots } = this;
    const hash = ofCamera(readIdHash, camera);
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
  mayHave(camera: number, readId: string): boolean {
    const { slots } = this;
    const hash = ofCamera(this.hashOnce(readId), camera);
    const mask = slots.length - 1;
    for (let at = hash & mask; slots[at] !== EMPTY; at = (at + 1) & mask) if (slots[at] === hash) return true;
    return false;
  }

  /** Where `mayHave` looks first. */
  placeOf(camera: number, readId: string): number {
    return ofCamera(this.hashOnce(readId), camera) & (this.slots.length - 1);
  }

  /** @param place as `placeOf` has it @returns of no use: it is for the look alone */
  lookAt(place: number): number {
    return this.slots[place]!;
  }

  /** Told what `readIdHashOf` gives. */
  know(readId: string, readIdHash: number): void {
    this.lastReadId = readId;
    this.lastHash = readIdHash;
  }

  private hashOnce(readId: string): number {
    if (readId !== this.lastReadId) {
      this.lastReadId = readId;
      this.lastHash = readIdHashOf(readId);
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

/** Of a camera of a garage: others have cameras with the same id, and those have reads with the same ids. */
export function cameraHashOf(garageId: string, cameraId: string): number {
  return mixedHash(hashOfText(hashWith(hashOfText(FIRST_HASH, garageId), SEPARATOR), cameraId)) | 0;
}

export function readIdHashOf(readId: string): number {
  return hashOfText(FIRST_HASH, readId) | 0;
}

/** The same hash of a readId that stands as ASCII. */
export function readIdHashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  return hashOfBytes(FIRST_HASH, bytes, start, end) | 0;
}

/** No character has this code. */
const SEPARATOR = 0x10000;

function ofCamera(readIdHash: number, camera: number): number {
  const hash = mixedHash(readIdHash ^ camera) | 0;
  return hash === EMPTY ? 1 : hash;
}
