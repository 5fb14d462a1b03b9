import type { Direction } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { voted } from '../matching/vote.ts';
import { inOnePlace, isLikeEnclosed, likeAtLane, mayTow, RARELY_OPPOSED } from './linking.ts';
import { sortShort } from '../lists/short-sort.ts';
import { compareReads, directionOf, type PassageRead } from './passages.ts';

/**
 * Which of reads that are linked, directly or through others, are of one vehicle: vehicles of one fleet follow each
 * other closely, and a misread of one can link it to the next. Those read alike are together from the start; then the
 * two most alike groups become one, as long as any two are more likely one vehicle than two. What was read once, and not too
 * unlike, between two reads of one vehicle by the same camera, is that vehicle's. It depends on the reads alone, not on
 * their order.
 *
 * @param reads sorted as a passage's are @returns them in new lists, sorted alike, or the one list
 */
export function clustersOf(reads: PassageRead[], gapMs: number): readonly PassageRead[][] {
  const { plate } = reads[0]!;
  if (reads.every((read) => read.plate === plate)) return [reads];
  const groups = groupsAlike(reads, gapMs);
  for (;;) {
    let best: { readonly a: Group; readonly b: Group; readonly score: number } | null = null;
    for (let i = 0; i < groups.length; i++) {
      for (let j = i + 1; j < groups.length; j++) {
        const score = groups[i]!.likenessTo(groups[j]!, gapMs);
        if (score > 0 && (best === null || score > best.score)) best = { a: groups[i]!, b: groups[j]!, score };
      }
    }
    if (best === null) break;
    const { a, b } = best;
    groups.splice(groups.indexOf(b), 1);
    groups[groups.indexOf(a)] = new Group([...a.reads, ...b.reads]);
  }
  const clusters = groups.map((group) => group.reads);
  for (const rear of clusters.filter((cluster) => cluster.every(({ isRear }) => isRear))) hitch(rear, clusters);
  return withEnclosed(clusters, gapMs).map((vehicle) => sortShort([...vehicle], compareReads));
}

class Group {
  readonly reads: PassageRead[];
  private vote: PlateEvidence | null = null;
  private ways: readonly Way[] | null = null;
  private readonly likenesses = new Map<Group, number>();

  constructor(reads: PassageRead[]) {
    this.reads = reads;
  }

  /** Front and rear speak alike here: what differs much is another group anyway. Voted when asked: the last group is not. */
  get evidence(): PlateEvidence {
    return (this.vote ??= voted(this.reads.map((read) => (read.isRear ? { ...read, isRear: false } : read))));
  }

  get readsByWay(): readonly Way[] {
    return (this.ways ??= waysOf(this.reads));
  }

  /** Of two groups that stay as they are while others become one it is found out once. */
  likenessTo(other: Group, gapMs: number): number {
    let found = this.likenesses.get(other);
    if (found === undefined) this.likenesses.set(other, (found = likeness(this, other, gapMs)));
    return found;
  }
}

/** Reads of the same plate, each near another in time. */
function groupsAlike(reads: readonly PassageRead[], gapMs: number): Group[] {
  const groups: PassageRead[][] = [];
  for (const read of reads) {
    // The latest are the nearest: the reads come by time.
    const near = groups.filter((group) =>
      group[0]!.plate === read.plate && group.findLast((other) => inOnePlace(other, read, gapMs)) !== undefined);
    for (const group of near) groups.splice(groups.indexOf(group), 1);
    const grown = near.length === 1 ? near[0]! : near.flat();
    grown.push(read);
    groups.push(grown);
  }
  return groups.map((group) => new Group(group));
}

/** Nats; not above 0 where two vehicles are likelier. */
function likeness(a: Group, b: Group, gapMs: number): number {
  const { apartMs, isStraddling } = a.reads.length * b.reads.length < MANY_PAIRS
    ? nearestOfFew(a.reads, b.reads, gapMs)
    : nearestOfMany(a.readsByWay, b.readsByWay, gapMs);
  if (apartMs === Infinity) return -Infinity;
  return likeAtLane(a.evidence, b.evidence, apartMs, isStraddling) - (areOpposed(a.reads, b.reads) ? RARELY_OPPOSED : 0);
}

/** All of the one that tell a direction say in, and all of the other out. */
function areOpposed(some: readonly PassageRead[], others: readonly PassageRead[]): boolean {
  const one = commonDirection(some);
  const other = commonDirection(others);
  return (one === 'IN' && other === 'OUT') || (one === 'OUT' && other === 'IN');
}

/** UNKNOWN: none is told, or both are. */
function commonDirection(reads: readonly PassageRead[]): Direction {
  let common: Direction = 'UNKNOWN';
  for (const read of reads) {
    const direction = directionOf(read);
    if (direction === 'UNKNOWN' || direction === common) continue;
    if (common !== 'UNKNOWN') return 'UNKNOWN';
    common = direction;
  }
  return common;
}

/** Of the pairs in one place: how near in time the nearest is, and whether none is of one lane. */
interface Nearest {
  readonly apartMs: number;
  readonly isStraddling: boolean;
}

export function nearestOfFew(some: readonly PassageRead[], others: readonly PassageRead[], gapMs: number): Nearest {
  let apartMs = Infinity;
  let isStraddling = true;
  for (const one of some) {
    for (const other of others) {
      if (!inOnePlace(one, other, gapMs)) continue;
      apartMs = Math.min(apartMs, Math.abs(one.at - other.at));
      if (one.laneId === other.laneId) isStraddling = false;
    }
  }
  return { apartMs, isStraddling };
}

/**
 * A camera that tells each frame of a car which stands before it has thousands of pairs: more than these are asked by lane and
 * direction, which alone tell besides the time whether two are in one place, so that the nearest two of each stand for all.
 */
const MANY_PAIRS = 256;

export function nearestOfMany(some: readonly Way[], others: readonly Way[], gapMs: number): Nearest {
  let apartMs = Infinity;
  let isStraddling = true;
  for (const one of some) {
    for (const other of others) {
      const [first, second] = nearestTwo(one, other);
      if (!inOnePlace(first, second, gapMs)) continue;
      apartMs = Math.min(apartMs, Math.abs(first.at - second.at));
      if (first.laneId === second.laneId) isStraddling = false;
    }
  }
  return { apartMs, isStraddling };
}

/** Reads of one lane and direction, by time. */
type Way = readonly PassageRead[];

export function waysOf(reads: readonly PassageRead[]): readonly Way[] {
  const byWay = Map.groupBy(reads, (read) => `${directionOf(read)} ${read.laneId}`);
  return Array.from(byWay.values(), (of) => of.sort((one, other) => one.at - other.at));
}

/** Of two lists by time, neither empty. */
function nearestTwo(some: readonly PassageRead[], others: readonly PassageRead[]): readonly [PassageRead, PassageRead] {
  let [i, j] = [0, 0];
  let nearest: readonly [PassageRead, PassageRead] = [some[0]!, others[0]!];
  let apartMs = Infinity;
  while (i < some.length && j < others.length) {
    const [one, other] = [some[i]!, others[j]!];
    if (Math.abs(one.at - other.at) < apartMs) {
      apartMs = Math.abs(one.at - other.at);
      nearest = [one, other];
    }
    if (one.at < other.at) i += 1;
    else j += 1;
  }
  return nearest;
}

/** A rear plate like no front plate is a trailer's: behind the car that was seen with it and has no other rear plate. */
function hitch(trailer: PassageRead[], clusters: PassageRead[][]): void {
  const distance = (cluster: readonly PassageRead[]): number => Math.min(...cluster.flatMap((read) =>
    trailer.filter((rear) => mayTow(rear, read)).map((rear) => Math.abs(rear.at - read.at))));
  const cars = clusters.filter((cluster) => !cluster.some(({ isRear }) => isRear) && distance(cluster) < Infinity);
  if (cars.length === 0) return;
  const nearest = cars.reduce((best, car) => (distance(car) < distance(best) ? car : best));
  clusters.splice(clusters.indexOf(trailer), 1);
  nearest.push(...trailer);
}

/** What was read twice may be the next vehicle, in sight beside this one; and between two vehicles it is anybody's. */
function withEnclosed(clusters: PassageRead[][], gapMs: number): PassageRead[][] {
  const joined = new Map<PassageRead[], PassageRead[]>();
  for (const single of clusters) {
    if (single.length > 1) continue;
    const around = clusters.filter((cluster) => cluster.length > 1 && encloses(cluster, single[0]!, gapMs));
    if (around.length === 1) joined.set(single, around[0]!);
  }
  if (joined.size === 0) return clusters;
  // In new lists: what was voted on is remembered by its own.
  const enclosedBy = (cluster: PassageRead[]): PassageRead[] => clusters.filter((single) => joined.get(single) === cluster).flat();
  return clusters.filter((cluster) => !joined.has(cluster)).map((cluster) => [...cluster, ...enclosedBy(cluster)]);
}

function encloses(reads: readonly PassageRead[], read: PassageRead, gapMs: number): boolean {
  const near = reads.filter(({ cameraId, at }) => cameraId === read.cameraId && Math.abs(at - read.at) < gapMs);
  const isBetween = near.some(({ at }) => at < read.at) && near.some(({ at }) => at > read.at);
  // The camera was surer of it than of most of these: then it hardly misread it, and it is the next vehicle of a fleet.
  const isSurer = 2 * reads.filter(({ confidence }) => confidence < read.confidence).length > reads.length;
  if (!isBetween || isSurer) return false;
  const vehicle = voted(reads);
  const apartMs = Math.min(...near.map(({ at }) => Math.abs(at - read.at)));
  // The vote tells whose misread it is: of a sign that is read again and again, what stands between its reads is a vehicle.
  return isLikeEnclosed(read, vehicle, apartMs) && voted([...reads, read]).plate === vehicle.plate;
}
