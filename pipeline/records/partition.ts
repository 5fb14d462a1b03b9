/**
 * The partition of a record with this key, the same as every Java client picks: murmur2 of its UTF-8 bytes,
 * made positive, modulo the topic's partition count.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** Austin Appleby's MurmurHash2 with Kafka's seed; a signed 32-bit number, as in Java. */
export function murmur2(bytes: Buffer): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (at < length) {
    for (let shift = 0; at < length; at += 1, shift += 8) hash ^= bytes[at]! << shift;
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

const SEED = 0x9747b28c | 0;
const MULTIPLIER = 0x5bd1e995;
