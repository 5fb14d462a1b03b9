import type { CameraRead, Direction, Garage } from '../../records/records.ts';
import type { ScoredVisit } from './score.ts';

/**
 * Two ordinary ways to pair, on the same reads, to compare with. Both take reads as they come, each `readId` once; reads of a
 * plate at a lane within the passage gap are one passage; a direction that the camera does not tell is the lane's, or else
 * in for a plate that is outside. A new entry of a plate inside leaves the former one unclosed.
 *
 * - `exact`: an exit belongs to the entry with the same country and plate.
 * - `oneCharacter`: the same, or else to the only plate inside (same country) that differs in exactly one character,
 *   replaced, missing or added. So does Genetec AutoVu Free-Flow by default.
 */
export type BaselineName = 'exact' | 'oneCharacter';

export interface Baselines {
  read(read: CameraRead): void;
  /** Those still inside are left out. */
  visits(name: BaselineName): readonly ScoredVisit[];
}

export function openBaselines(garages: readonly Garage[]): Baselines {
  const byId = new Map(garages.map((garage) => [garage.garageId, openGarage(garage)]));
  return {
    read: (read) => byId.get(read.garageId)?.read(read),
    visits: (name) => [...byId.values()].flatMap((garage) => garage.visits[name]),
  };
}

interface BaselineGarage {
  read(read: CameraRead): void;
  readonly visits: Readonly<Record<BaselineName, readonly ScoredVisit[]>>;
}

function openGarage({ garageId, lanes, settings }: Garage): BaselineGarage {
  const laneDirections = new Map(lanes.map(({ laneId, direction }) => [laneId, ONE_WAY[direction]]));
  const readIds = new Map<string, Set<string>>();
  const seenAt = new Map<string, Map<string, number>>();
  const books = { exact: openExactBook(), oneCharacter: openNearBook() };
  const visits: Record<BaselineName, ScoredVisit[]> = { exact: [], oneCharacter: [] };

  function take(name: BaselineName, key: string, told: Direction, readId: string): void {
    const book = books[name];
    const former = book.inside.get(key);
    if (told === 'IN' || (told === 'UNKNOWN' && former === undefined)) {
      if (former !== undefined) visits[name].push({ garageId, status: 'unclosed', entryReadId: former, exitReadId: null });
      book.enter(key, readId);
      return;
    }
    const match = former !== undefined ? key : book.onlyNeighbour(key);
    visits[name].push({ garageId, status: 'closed', entryReadId: match === null ? null : book.leave(match), exitReadId: readId });
  }

  return {
    visits,
    read({ readId, cameraId, laneId, plate, country, direction, capturedAt }) {
      const known = entryOf(readIds, cameraId, () => new Set());
      if (plate === '' || known.has(readId)) return;
      known.add(readId);
      const key = `${country} ${plate}`;
      const ofLane = entryOf(seenAt, laneId, () => new Map());
      const before = ofLane.get(key);
      ofLane.set(key, capturedAt);
      if (before !== undefined && Math.abs(capturedAt - before) < settings.passageGapMs) return;
      const told = direction === 'UNKNOWN' ? laneDirections.get(laneId) ?? 'UNKNOWN' : direction;
      take('exact', key, told, readId);
      take('oneCharacter', key, told, readId);
    },
  };
}

const ONE_WAY: Record<'in' | 'out' | 'both', Direction> = { in: 'IN', out: 'OUT', both: 'UNKNOWN' };

function entryOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Who is inside a garage, by country and plate. */
interface Book {
  readonly inside: ReadonlyMap<string, string>;
  enter(key: string, readId: string): void;
  /** The entry read of the one who leaves. */
  leave(key: string): string;
  /** The only key inside that is one character away, if the book looks for such, or null. */
  onlyNeighbour(key: string): string | null;
}

function openExactBook(): Book {
  const inside = new Map<string, string>();
  return {
    inside,
    enter: (key, readId) => void inside.set(key, readId),
    leave(key) {
      const readId = inside.get(key)!;
      inside.delete(key);
      return readId;
    },
    onlyNeighbour: () => null,
  };
}

function openNearBook(): Book {
  const inside = new Map<string, string>();
  // Plates one character apart have their beginning in common, or their end.
  const byPart = new Map<string, Set<string>>();
  return {
    inside,
    enter(key, readId) {
      inside.set(key, readId);
      for (const part of partsOf(key)) {
        const keys = byPart.get(part);
        if (keys === undefined) byPart.set(part, new Set([key]));
        else keys.add(key);
      }
    },
    leave(key) {
      const readId = inside.get(key)!;
      inside.delete(key);
      for (const part of partsOf(key)) {
        const keys = byPart.get(part);
        if (keys?.delete(key) && keys.size === 0) byPart.delete(part);
      }
      return readId;
    },
    onlyNeighbour(key) {
      const found = new Set<string>();
      for (const part of partsOfNeighbours(key)) {
        for (const other of byPart.get(part) ?? []) if (oneCharacterApart(key, other)) found.add(other);
      }
      return found.size === 1 ? [...found][0]! : null;
    },
  };
}

/** A key is a country of two letters, a space and a plate. */
const PLATE_FROM = 3;

/** So many characters are a plate's beginning, and its end: one character replaced, missing or added leaves one of the two as it was. */
const PART = 3;
/** Shorter plates stand together by country. */
const SHORTEST_PARTED = 2 * PART;

function partsOf(key: string): string[] {
  return key.length - PLATE_FROM < SHORTEST_PARTED ? [countryOf(key)] : [beginningOf(key), endOf(key)];
}

/** Where those one character apart may stand. */
function partsOfNeighbours(key: string): string[] {
  const length = key.length - PLATE_FROM;
  if (length < SHORTEST_PARTED - 1) return [countryOf(key)];
  const parts = [beginningOf(key), endOf(key)];
  return length > SHORTEST_PARTED ? parts : [countryOf(key), ...parts];
}

function countryOf(key: string): string {
  return key.slice(0, PLATE_FROM);
}

function beginningOf(key: string): string {
  return key.slice(0, PLATE_FROM + PART);
}

function endOf(key: string): string {
  return `${countryOf(key)}*${key.slice(-PART)}`;
}

function oneCharacterApart(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || one === other) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1);
}
