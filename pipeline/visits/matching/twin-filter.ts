import { term } from './rests.ts';
import type { PlateEvidence } from './evidence.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Says quickly of most plates that none of those added is its twin: the same but for look-alike characters, or but for
 * one more or less at an end, or one whose candidates it is among. Now and then it says so of one that has none. Counts
 * by hash; nothing is looked up for a plate that comes and goes as one of a kind. The hashes of few stand in a list: most
 * garages have few vehicles inside, and the places of a table would have to be fetched one by one.
 */
export class TwinFilter {
  /** Null: there are too many, they are counted. */
  private few: number[] | null = [];
  private counts = noCounts;
  private added = 0;

  add(evidence: PlateEvidence): void {
    this.added++;
    this.count(evidence, 1);
    if (this.few !== null && this.few.length > MOST_FEW) this.countFew(this.few);
  }

  /** @param evidence as it was added */
  remove(evidence: PlateEvidence): void {
    this.added--;
    this.count(evidence, -1);
  }

  /** Too many stand in it for the counts to tell much: to be filled anew, with room for twice as many. */
  get isCrowded(): boolean {
    return this.few === null && this.added * ROOM_EACH > this.counts.length;
  }

  /** Empty, with room for so many. */
  clear(room: number): void {
    let length = FIRST_COUNTS;
    while (length < room * ROOM_EACH) length *= 2;
    this.counts = new Uint16Array(length);
    this.few = null;
    this.added = 0;
  }

  private countFew(hashes: readonly number[]): void {
    const { added } = this;
    this.clear(2 * added);
    this.added = added;
    for (const hash of hashes) this.countHash(hash, 1);
  }

  /** @param own how many of those added are the asker's own */
  mayHaveTwin(plate: string, own: 0 | 1): boolean {
    keysOf(plate);
    return this.countOf(whole) > own || this.countOf(ends(whole)) > 0 || this.countOf(lessFirst) > 0 || this.countOf(lessLast) > 0;
  }

  /** At most so often was the hash counted. */
  private countOf(hash: number): number {
    const { few, counts } = this;
    if (few !== null) {
      let count = 0;
      for (let i = 0; i < few.length; i++) if (few[i] === hash) count++;
      return count;
    }
    const mask = counts.length - 1;
    const count = counts[hash & mask]!;
    return count === 0 ? 0 : Math.min(count, counts[otherPlaceOf(hash) & mask]!);
  }

  private count({ plate, candidates }: PlateEvidence, by: 1 | -1): void {
    keysOf(plate);
    const own = whole;
    this.countHash(own, by);
    this.countHash(ends(lessFirst), by);
    this.countHash(ends(lessLast), by);
    for (let i = 0; i < candidates.length; i++) {
      keysOf(candidates[i]!.plate);
      // It is no twin of itself.
      if (whole !== own) this.countHash(whole, by);
    }
  }

  private countHash(hash: number, by: 1 | -1): void {
    const { few, counts } = this;
    if (few !== null) {
      if (by === 1) return void few.push(hash);
      const last = few.pop()!;
      if (last !== hash) few[few.indexOf(hash)] = last;
      return;
    }
    const mask = counts.length - 1;
    counts[hash & mask]! += by;
    counts[otherPlaceOf(hash) & mask]! += by;
  }
}

/** Whether the evidence is of a twin of the plate, without the filter's errors: it depends on the two alone. */
export function isTwin(plate: string, { plate: other, candidates }: PlateEvidence): boolean {
  keysOf(plate);
  const [all, first, last] = [whole, lessFirst, lessLast];
  keysOf(other);
  const own = whole;
  if (all === own || all === lessFirst || all === lessLast || first === own || last === own) return true;
  return candidates.some((candidate) => {
    keysOf(candidate.plate);
    return whole !== own && whole === all;
  });
}

const noCounts = new Uint16Array(0);
/** Hashes that are quicker looked through than looked up: of some ten plates. */
const MOST_FEW = 32;
const FIRST_COUNTS = 512;
/** Each has three hashes or more, and each of them two places. */
const ROOM_EACH = 64;

const classes = new Uint8Array(LONGEST_PLATE);
/** Hashes of the plate that `keysOf` was given last: of all of it, and less its first or its last character. */
let whole = 0;
let lessFirst = 0;
let lessLast = 0;

function keysOf(plate: string): void {
  const length = writeClasses(plate, classes);
  let all = 0;
  let moved = 0;
  for (let i = 0; i < length; i++) {
    all = (all + term(classes[i]!, i)) | 0;
    if (i > 0) moved = (moved + term(classes[i]!, i - 1)) | 0;
  }
  whole = mixed(all);
  lessFirst = mixed(moved);
  lessLast = length === 0 ? whole : mixed((all - term(classes[length - 1]!, length - 1)) | 0);
}

function mixed(sum: number): number {
  const hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Every hash is counted in two places: two hashes seldom share both. */
function otherPlaceOf(hash: number): number {
  return Math.imul(hash, 0x27d4eb2f) >>> 9;
}

/** Plates that lack an end are counted apart: two of a fleet lack the same. */
function ends(hash: number): number {
  return Math.imul(hash ^ 0x5bd1e995, 0x2c1b3c6d) >>> 7;
}
