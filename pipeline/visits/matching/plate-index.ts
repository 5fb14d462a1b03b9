import type { PlateEvidence } from './evidence.ts';
import { editsAllowed, LEAST_LEFT, LookAlikePattern, LOST_TOGETHER } from './look-alike-distance.ts';
import { hashOf, MOST_RESTS, restsLessAnEnd, sumWithout, term, writeRests } from './rests.ts';
import { LONGEST_PLATE, SYMBOLS, writeClasses } from './symbols.ts';

/**
 * Finds stored ids whose plate could be the evidence's, without a scan: its plate near any of their plates and candidates,
 * as `look-alike-distance.ts` has it, or one of its candidates within one edit. Derived, never stored.
 *
 * A plate is stored under each of its rests. Whoever seeks plates one edit away asks for the rests of its own plate; for
 * those two edits away, for the rests of all that one edit makes of it. So storing is cheap, which every vehicle needs,
 * and seeking takes some hundred steps however many are stored, which few need.
 */
export class PlateIndex {
  /** Evidences added and not removed. */
  private added = 0;
  /** Each plate or candidate is an entry; those taken out stand in `free`. */
  private readonly ids: (string | null)[] = [];
  private readonly free: number[] = [];
  private classes = new Uint8Array(FIRST_ENTRIES * LONGEST_PLATE);
  private lengths = new Uint8Array(FIRST_ENTRIES);
  /** The number of the search in which an entry was looked at last. */
  private seenBy = new Int32Array(FIRST_ENTRIES);
  private search = 0;
  private found: string[] = [];
  /** Chains of postings (entry * MOST_RESTS + rest) by hash; -1 ends one. */
  private heads = new Int32Array(FIRST_ENTRIES * CHAINS_AN_ENTRY).fill(-1);
  private next = new Int32Array(FIRST_ENTRIES * MOST_RESTS);
  private hashes = new Int32Array(FIRST_ENTRIES * MOST_RESTS);
  /** For each chain, which of eight kinds of hashes stand in it: most chains that are looked at are the wrong ones. */
  private kinds = new Uint8Array(FIRST_ENTRIES * CHAINS_AN_ENTRY);
  /** How often each class stands in the plates: no others need to be tried. */
  private readonly classCounts = new Int32Array(SYMBOLS);
  private readonly pattern = new LookAlikePattern();
  private readonly rests = new Int32Array(MOST_RESTS);
  private readonly rest = new Uint8Array(LONGEST_PLATE);
  private readonly tried = new Uint8Array(SYMBOLS);

  get size(): number {
    return this.added;
  }

  /** An id may be added with several evidences. One without a plate is counted, and never near. */
  add(id: string, { plate, candidates }: PlateEvidence): void {
    this.added++;
    this.addPlate(id, plate);
    for (const candidate of candidates) this.addPlate(id, candidate.plate);
  }

  /** Takes out what was added with an equal evidence. */
  remove(id: string, { plate, candidates }: PlateEvidence): void {
    this.added--;
    this.removePlate(id, plate);
    for (const candidate of candidates) this.removePlate(id, candidate.plate);
  }

  /** Each id once, in the order of the ids. */
  near({ plate, candidates }: PlateEvidence): string[] {
    this.found = [];
    this.seek(plate, 2);
    for (const candidate of candidates) this.seek(candidate.plate, 1);
    const ids = this.found.sort();
    return ids.filter((id, i) => i === 0 || id !== ids[i - 1]);
  }

  /**
   * Whether another id than this one has a plate or candidate within one edit of the plate, look-alikes being the same;
   * now and then true without need, never false for want of looking. Far quicker than `near`.
   */
  hasRival(id: string, plate: string): boolean {
    const { pattern, heads, next, hashes, rests, ids } = this;
    const length = writeClasses(plate, pattern.classes);
    const count = writeRests(pattern.classes, 0, length, rests) - restsLessAnEnd(length);
    for (let rest = 0; rest < count; rest++) {
      const hash = rests[rest]!;
      for (let posting = heads[hash & (heads.length - 1)]!; posting >= 0; posting = next[posting]!) {
        if (hashes[posting] === hash && ids[entryOf(posting)] !== id) return true;
      }
    }
    return false;
  }

  /** @param edits how far from the plate to look for others */
  private seek(plate: string, edits: 1 | 2): void {
    const { pattern, rest } = this;
    const { classes } = pattern;
    const length = writeClasses(plate, classes);
    if (length === 0) return;
    this.search++;
    pattern.use(length);
    const whole = sumWithout(classes, 0, length, -1);
    this.look(whole);
    for (let i = 0; i < length; i++) this.look(sumWithout(classes, 0, length, i));
    if (length >= LEAST_LEFT + LOST_TOGETHER) {
      this.look(sumWithout(classes, 0, length - LOST_TOGETHER, -1));
      this.look(sumWithout(classes, LOST_TOGETHER, length - LOST_TOGETHER, -1));
    }
    if (edits < 2 || editsAllowed(length, length) < 2) return;

    const tried = this.writeTried();
    // One of its characters is another's, and one was lost; or two were lost.
    this.lookReplaced(classes, length, whole, tried);
    for (let gap = 0; gap <= length; gap++) {
      const parted = (sumWithout(classes, 0, gap, -1) + sumFrom(classes, gap, length)) | 0;
      for (let i = 0; i < tried; i++) this.look((parted + term(this.tried[i]!, gap)) | 0);
    }
    // The same with one that is too many: two are others', or one is, or both are too many.
    for (let skipped = 1; skipped < length; skipped++) {
      rest.set(classes);
      rest.copyWithin(skipped, skipped + 1, length);
      this.lookReplaced(rest, skipped, sumWithout(classes, 0, length, skipped), tried);
      for (let i = 0; i < skipped; i++) this.look(sumWithout(rest, 0, length - 1, i));
    }
  }

  /** Looks for the text with each of its first `length` characters replaced. @param sum of all of the text */
  private lookReplaced(text: Uint8Array, length: number, sum: number, tried: number): void {
    for (let place = 0; place < length; place++) {
      const without = (sum - term(text[place]!, place)) | 0;
      for (let i = 0; i < tried; i++) this.look((without + term(this.tried[i]!, place)) | 0);
    }
  }

  /** Takes up what is near of all that have a rest with this sum. */
  private look(sum: number): void {
    const hash = hashOf(sum);
    const { kinds } = this;
    if ((kinds[hash & (kinds.length - 1)]! & kindOf(hash)) !== 0) this.takeUp(hash);
  }

  private takeUp(hash: number): void {
    const { heads, next, hashes, pattern, seenBy, search } = this;
    for (let posting = heads[hash & (heads.length - 1)]!; posting >= 0; posting = next[posting]!) {
      if (hashes[posting] !== hash) continue;
      const entry = entryOf(posting);
      if (seenBy[entry] === search) continue;
      seenBy[entry] = search;
      if (pattern.isNear(this.classes, entry * LONGEST_PLATE, this.lengths[entry]!)) this.found.push(this.ids[entry]!);
    }
  }

  /** Puts the classes that stand in any plate into `tried`. @returns how many */
  private writeTried(): number {
    let count = 0;
    for (let symbol = 0; symbol < SYMBOLS; symbol++) if (this.classCounts[symbol]! > 0) this.tried[count++] = symbol;
    return count;
  }

  private addPlate(id: string, plate: string): void {
    const entry = this.free.pop() ?? this.ids.length;
    if (entry >= this.lengths.length) this.grow();
    const { classes, rests, classCounts } = this;
    const from = entry * LONGEST_PLATE;
    const length = writeClasses(plate, classes, from);
    this.ids[entry] = id;
    this.lengths[entry] = length;
    this.seenBy[entry] = 0;
    for (let i = from; i < from + length; i++) classCounts[classes[i]!]!++;
    const count = writeRests(classes, from, length, rests);
    for (let rest = 0; rest < count; rest++) this.link(entry * MOST_RESTS + rest, rests[rest]!);
  }

  private removePlate(id: string, plate: string): void {
    const { pattern, rests, classCounts } = this;
    const length = writeClasses(plate, pattern.classes);
    const count = writeRests(pattern.classes, 0, length, rests);
    if (count === 0) return;
    const entry = this.entryWith(id, length, rests[0]!);
    if (entry < 0) return;
    for (let i = 0; i < length; i++) classCounts[pattern.classes[i]!]!--;
    for (let rest = 0; rest < count; rest++) this.unlink(entry * MOST_RESTS + rest);
    this.ids[entry] = null;
    this.free.push(entry);
  }

  /** The id's entry with the plate whose classes stand in `pattern`; -1: none. */
  private entryWith(id: string, length: number, hash: number): number {
    const { heads, next, ids, classes, lengths, pattern } = this;
    for (let posting = heads[hash & (heads.length - 1)]!; posting >= 0; posting = next[posting]!) {
      const entry = entryOf(posting);
      if (ids[entry] !== id || lengths[entry] !== length) continue;
      let i = 0;
      while (i < length && classes[entry * LONGEST_PLATE + i] === pattern.classes[i]) i++;
      if (i === length) return entry;
    }
    return -1;
  }

  private link(posting: number, hash: number): void {
    const { heads, next, hashes } = this;
    const chain = hash & (heads.length - 1);
    hashes[posting] = hash;
    next[posting] = heads[chain]!;
    heads[chain] = posting;
    this.kinds[chain]! |= kindOf(hash);
  }

  private unlink(posting: number): void {
    const { heads, next, hashes } = this;
    const chain = hashes[posting]! & (heads.length - 1);
    let kinds = 0;
    let before = -1;
    for (let other = heads[chain]!; other >= 0; other = next[other]!) {
      if (other !== posting) kinds |= kindOf(hashes[other]!);
      if (next[other] === posting) before = other;
    }
    if (before < 0) heads[chain] = next[posting]!;
    else next[before] = next[posting]!;
    this.kinds[chain] = kinds;
  }

  /** Room for twice as many entries, all of which are taken. */
  private grow(): void {
    const taken = this.lengths.length;
    this.classes = widened(this.classes, new Uint8Array(2 * this.classes.length));
    this.lengths = widened(this.lengths, new Uint8Array(2 * taken));
    this.seenBy = widened(this.seenBy, new Int32Array(2 * taken));
    this.next = new Int32Array(2 * this.next.length);
    this.hashes = new Int32Array(2 * this.hashes.length);
    this.heads = new Int32Array(2 * this.heads.length).fill(-1);
    this.kinds = new Uint8Array(this.heads.length);
    for (let entry = 0; entry < taken; entry++) {
      const count = writeRests(this.classes, entry * LONGEST_PLATE, this.lengths[entry]!, this.rests);
      for (let rest = 0; rest < count; rest++) this.link(entry * MOST_RESTS + rest, this.rests[rest]!);
    }
  }
}

/** Few, for most garages are small; doubled as needed. */
const FIRST_ENTRIES = 16;
/** Both powers of two, so that a hash's last bits are its chain. */
const CHAINS_AN_ENTRY = 8;

function entryOf(posting: number): number {
  return (posting / MOST_RESTS) | 0;
}

/** One of eight bits, by other bits of the hash than its chain. */
function kindOf(hash: number): number {
  return 1 << (hash >>> 29);
}

/** The sum of the text's end from `from` on, moved on by one place. */
function sumFrom(classes: Uint8Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < length; i++) sum = (sum + term(classes[i]!, i + 1)) | 0;
  return sum;
}

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
