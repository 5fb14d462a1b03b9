/** Hashes of texts: FNV-1a, character by character (byte by byte, for ASCII), and the last mixing of MurmurHash3. */

/** Of nothing: where each hash begins. AssemblyScript reads these two numbers as well (`../records/wasm/`). */
export const FIRST_HASH = 0x811c9dc5;
export const FACTOR = 0x01000193;

/** What the hash is with a text behind what it is of. */
export function hashOfText(before: number, text: string): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = hashWith(hash, text.charCodeAt(i));
  return hash;
}

/** The same with one more code. */
export function hashWith(before: number, code: number): number {
  return Math.imul(before ^ code, FACTOR);
}

/** So that the low bits depend on all that it is of; 0 to 2 ** 32 - 1. */
export function mixedHash(last: number): number {
  let hash = Math.imul(last ^ (last >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
