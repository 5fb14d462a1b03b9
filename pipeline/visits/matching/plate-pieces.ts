import { editsAllowed, LEAST_LEFT, MOST_LOST } from './look-alike-distance.ts';
import { LONGEST_PLATE } from './symbols.ts';

/**
 * How near plates are found without a scan. A plate is cut into pieces, two more than edits are allowed, so that at
 * least two of them stand unharmed in every near plate, at most a few characters further. It is stored under each pair
 * of its pieces; who looks for it tries the pairs at all places where edits can have moved them.
 */

/** One key of a plate: which pieces of the text it is made of. */
export interface PieceKey {
  /** Differs between keys of plates of different lengths, and between those of one plate. */
  readonly salt: number;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

export const MOST_KEYS = 6;

/** The keys under which a plate of each length is stored. */
export const storedKeys: readonly (readonly PieceKey[])[] = lengths().map(keysOfLength);

/** The keys to look up for a plate of each length: those of all near plates. */
export const soughtKeys: readonly (readonly PieceKey[])[] = lengths().map((sought) =>
  lengths().flatMap((stored) => storedKeys[stored]!.flatMap((key) => movedKeys(key, stored, sought))));

function lengths(): number[] {
  return Array.from({ length: LONGEST_PLATE + 1 }, (_, length) => length);
}

function keysOfLength(length: number): PieceKey[] {
  if (length === 0) return [];
  const pieces = editsAllowed(length, length) === 0 ? 1 : editsAllowed(length, length) === 1 ? 2 : 4;
  const cut = (piece: number): number => Math.floor((piece * length) / pieces);
  const chosen = pieces < 4 ? Array.from({ length: pieces }, (_, piece) => [piece])
    : [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
  return chosen.map((key, i) => ({
    salt: length * MOST_KEYS + i,
    starts: key.map(cut),
    lengths: key.map((piece) => cut(piece + 1) - cut(piece)),
  }));
}

/** The key of a stored plate at all places in which its pieces can stand in a near one. */
function movedKeys(key: PieceKey, stored: number, sought: number): PieceKey[] {
  const edits = editsAllowed(stored, sought);
  const longer = sought - stored;
  const endMayBeLost = Math.abs(longer) <= MOST_LOST && Math.min(stored, sought) >= LEAST_LEFT;
  const reach = endMayBeLost ? MOST_LOST : edits;
  const moves = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return moves.flatMap((first) =>
    (key.starts.length === 1 ? [first] : moves).flatMap((last) => {
      // So many characters must have come or gone before, between and behind the pieces.
      const needed = Math.abs(first) + Math.abs(last - first) + Math.abs(longer - last);
      const isEnd = endMayBeLost && first === last && (first === 0 || first === longer);
      if (needed > edits && !isEnd) return [];
      const starts = key.starts.map((start, i) => start + (i === 0 ? first : last));
      const fits = starts.every((start, i) => start >= 0 && start + key.lengths[i]! <= sought);
      return fits ? [{ ...key, starts }] : [];
    }));
}
