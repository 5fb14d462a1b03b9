/**
 * Memory that short lists of numbers are cut from, apart from the collector's heap: where garages are many there are tens of
 * thousands of such lists, and an array of its own for each is slow to make, to copy and to fetch.
 */
export interface ListMemory {
  /** The same memory twice: lists say in which they count. */
  readonly floats: Float32Array;
  readonly bytes: Uint8Array;
}

/** A part of it that is one list's own, empty but for zeros. */
export interface ListPart {
  readonly memory: ListMemory;
  /** Where it begins, in bytes: a multiple of `ALIGNED_TO`. */
  readonly from: number;
}

/** For good: lists double when they grow, so that what they leave behind is less than what they have. */
export function cutList(sizeBytes: number): ListPart {
  if (sizeBytes > MEMORY_BYTES / 4) return { memory: newMemory(sizeBytes), from: 0 };
  const size = Math.ceil(sizeBytes / ALIGNED_TO) * ALIGNED_TO;
  if (cut + size > MEMORY_BYTES) {
    current = newMemory(MEMORY_BYTES);
    cut = 0;
  }
  cut += size;
  return { memory: current, from: cut - size };
}

function newMemory(sizeBytes: number): ListMemory {
  const buffer = new ArrayBuffer(sizeBytes);
  return { floats: new Float32Array(buffer), bytes: new Uint8Array(buffer) };
}

const ALIGNED_TO = 32;
const MEMORY_BYTES = 256 * 1024;
/** What the next ones are cut from, and how much of it is taken. */
let current: ListMemory = newMemory(0);
let cut = MEMORY_BYTES;
/** Of lists that have nothing yet. */
export const noListMemory = current;
