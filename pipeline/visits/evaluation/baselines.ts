import type { CameraRead, Direction, Garage } from '../../records/records.ts';
import type { ScoredVisit } from './score.ts';

/**
 * Two ordinary ways to pair, on the same reads, to compare with. Both take reads as they come, by their `readId` once; reads
 * of a plate at a lane within the passage gap are one passage; a direction that the camera does not tell is the lane's, or
 * else in for a plate that is outside. A new entry of a plate inside leaves the former one unclosed.
 *
 * - `exact`: an exit belongs to the entry with the same country and plate.
 * - `oneCharacter`: the same, or else to the only plate inside (same country) that differs in exactly one character,
 *   replaced, missing or added. So does Genetec AutoVu Free-Flow by default.
 */
export type BaselineName = 'exact' | 'oneCharacter';

export interface Baseline {
  read(read: CameraRead): void;
  /** Those still inside are left out. */
  visits(): readonly ScoredVisit[];
}

export function openBaseline(name: BaselineName, garages: readonly Garage[]): Baseline {
  const lanes = new Map<string, Direction>(garages.flatMap((garage) => garage.lanes.map(({ laneId, direction }) =>
    [`${garage.garageId} ${laneId}`, ONE_WAY[direction]] as const)));
  const gaps = new Map(garages.map(({ garageId, settings }) => [garageId, settings.passageGapMs]));
  const books = new Map<string, Book>();
  const visits: ScoredVisit[] = [];

  return {
    read(read) {
      const { garageId, plate, country } = read;
      let book = books.get(garageId);
      if (book === undefined) books.set(garageId, (book = openBook()));
      const readKey = `${read.cameraId} ${read.readId}`;
      if (plate === '' || book.readIds.has(readKey)) return;
      book.readIds.add(readKey);

      const key = `${country} ${plate}`;
      const laneKey = `${garageId} ${read.laneId}`;
      const seenKey = `${read.laneId} ${key}`;
      const seenAt = book.seenAt.get(seenKey);
      book.seenAt.set(seenKey, read.capturedAt);
      if (seenAt !== undefined && Math.abs(read.capturedAt - seenAt) < gaps.get(garageId)!) return;

      const told = read.direction === 'UNKNOWN' ? lanes.get(laneKey) ?? 'UNKNOWN' : read.direction;
      const enters = told === 'UNKNOWN' ? !book.inside.has(key) : told === 'IN';
      if (enters) {
        const former = book.inside.get(key);
        if (former !== undefined) visits.push({ garageId, status: 'unclosed', entryReadId: former, exitReadId: null });
        book.enter(key, read.readId);
        return;
      }
      const match = book.inside.has(key) ? key : name === 'oneCharacter' ? book.onlyNeighbour(key) : null;
      visits.push({ garageId, status: 'closed', entryReadId: match === null ? null : book.leave(match), exitReadId: read.readId });
    },
    visits: () => visits,
  };
}

const ONE_WAY: Record<'in' | 'out' | 'both', Direction> = { in: 'IN', out: 'OUT', both: 'UNKNOWN' };

/** Who is inside a garage, by country and plate. */
interface Book {
  readonly inside: ReadonlyMap<string, string>;
  readonly readIds: Set<string>;
  /** When a plate was last read at a lane. */
  readonly seenAt: Map<string, number>;
  enter(key: string, readId: string): void;
  /** The entry read of the one who leaves. */
  leave(key: string): string;
  /** The only key inside that is one character away, or null. */
  onlyNeighbour(key: string): string | null;
}

function openBook(): Book {
  const inside = new Map<string, string>();
  // Plates one character apart agree once that character is left out of each, or out of the longer one.
  const byShortened = new Map<string, Set<string>>();
  return {
    inside,
    readIds: new Set(),
    seenAt: new Map(),
    enter(key, readId) {
      inside.set(key, readId);
      for (const shortened of shortenings(key)) {
        const keys = byShortened.get(shortened);
        if (keys === undefined) byShortened.set(shortened, new Set([key]));
        else keys.add(key);
      }
    },
    leave(key) {
      const readId = inside.get(key)!;
      inside.delete(key);
      for (const shortened of shortenings(key)) {
        const keys = byShortened.get(shortened)!;
        keys.delete(key);
        if (keys.size === 0) byShortened.delete(shortened);
      }
      return readId;
    },
    onlyNeighbour(key) {
      const found = new Set<string>();
      for (const shortened of shortenings(key)) {
        for (const other of byShortened.get(shortened) ?? []) if (oneCharacterApart(key, other)) found.add(other);
      }
      return found.size === 1 ? [...found][0]! : null;
    },
  };
}

/** A key is a country of two letters, a space and a plate. */
const PLATE_FROM = 3;

/** The key itself and each that lacks one character of the plate. */
function shortenings(key: string): Set<string> {
  const all = new Set([key]);
  for (let at = PLATE_FROM; at < key.length; at++) all.add(key.slice(0, at) + key.slice(at + 1));
  return all;
}

function oneCharacterApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || one === other) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}
