import type { PlateEvidence } from './evidence.ts';
import { LookAlikePattern } from './look-alike-distance.ts';
import { MOST_KEYS, soughtKeys, storedKeys, type PieceKey } from './plate-pieces.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Finds stored ids whose plate could be the evidence's, without a scan: any of its plate and candidates near any of
 * theirs, as `look-alike-distance.ts` has it. Derived, never stored.
 */
export class PlateIndex {
  /** Evidences added and not removed. */
  private added = 0;
  /** Each plate or candidate is an entry; those taken out stand in `free`. */
  private ids: (string | null)[] = [];
  private readonly free: number[] = [];
  private classes = new Uint8Array(FIRST_ENTRIES * LONGEST_PLATE);
  private lengths = new Uint8Array(FIRST_ENTRIES);
  /** When an entry was last looked at, by the number of the search. */
  private seen = new Int32Array(FIRST_ENTRIES);
  private search = 0;
  /** Chains of postings, entry * MOST_KEYS + key, by hash; -1 ends one. */
  private heads = new Int32Array(FIRST_ENTRIES * CHAINS_AN_ENTRY).fill(-1);
  private next = new Int32Array(FIRST_ENTRIES * MOST_KEYS);
  private hashes = new Int32Array(FIRST_ENTRIES * MOST_KEYS);
  private readonly pattern = new LookAlikePattern();

  get size(): number {
    return this.added;
  }

  /** An id may be added with several evidences. Evidence without a plate is counted, and never near. */
  add(id: string, evidence: PlateEvidence): void {
    this.added++;
    this.addPlate(id, evidence.plate);
    for (const { plate } of evidence.candidates) this.addPlate(id, plate);
  }

  /** Takes out what was added with an equal evidence. */
  remove(id: string, evidence: PlateEvidence): void {
    this.added--;
    this.removePlate(id, evidence.plate);
    for (const { plate } of evidence.candidates) this.removePlate(id, plate);
  }

  /** Each id once, in the order of the ids. */
  near(evidence: PlateEvidence): string[] {
    this.search++;
    const found: string[] = [];
    this.collect(evidence.plate, found);
    for (const { plate } of evidence.candidates) this.collect(plate, found);
    if (found.length < 2) return found;
    found.sort();
    return found.filter((id, i) => id !== found[i - 1]);
  }

  private collect(plate: string, found: string[]): void {
    const { pattern, heads, next, hashes, seen, search } = this;
    pattern.use(writeClasses(plate, pattern.classes));
    for (const key of soughtKeys[pattern.length]!) {
      const hash = hashOf(key, pattern.classes, 0);
      for (let posting = heads[hash & (heads.length - 1)]!; posting >= 0; posting = next[posting]!) {
        if (hashes[posting] !== hash) continue;
        const entry = Math.floor(posting / MOST_KEYS);
        if (seen[entry] === search) continue;
        if (!pattern.isNear(this.classes, entry * LONGEST_PLATE, this.lengths[entry]!)) continue;
        seen[entry] = search;
        found.push(this.ids[entry]!);
      }
    }
  }

  private addPlate(id: string, plate: string): void {
    const entry = this.free.pop() ?? this.ids.length;
    if (entry >= this.lengths.length) this.grow();
    this.ids[entry] = id;
    const length = writeClasses(plate, this.classes, entry * LONGEST_PLATE);
    this.lengths[entry] = length;
    this.seen[entry] = 0;
    const keys = storedKeys[length]!;
    for (let i = 0; i < keys.length; i++) {
      const posting = entry * MOST_KEYS + i;
      this.hashes[posting] = hashOf(keys[i]!, this.classes, entry * LONGEST_PLATE);
      this.link(posting);
    }
  }

  private removePlate(id: string, plate: string): void {
    const { pattern } = this;
    const length = writeClasses(plate, pattern.classes);
    const keys = storedKeys[length]!;
    if (keys.length === 0) return;
    const hash = hashOf(keys[0]!, pattern.classes, 0);
    let posting = this.heads[hash & (this.heads.length - 1)]!;
    while (posting >= 0 && !(this.hashes[posting] === hash && this.holds(posting / MOST_KEYS, id, length))) {
      posting = this.next[posting]!;
    }
    if (posting < 0) return;
    for (let i = 0; i < keys.length; i++) this.unlink(posting + i);
    const entry = posting / MOST_KEYS;
    this.ids[entry] = null;
    this.free.push(entry);
  }

  /** Whether the entry is the id's with the plate in `pattern`; false for a posting that is not an entry's first. */
  private holds(entry: number, id: string, length: number): boolean {
    if (!Number.isInteger(entry) || this.ids[entry] !== id || this.lengths[entry] !== length) return false;
    for (let i = 0; i < length; i++) if (this.classes[entry * LONGEST_PLATE + i] !== this.pattern.classes[i]) return false;
    return true;
  }

  private link(posting: number): void {
    const chain = this.hashes[posting]! & (this.heads.length - 1);
    this.next[posting] = this.heads[chain]!;
    this.heads[chain] = posting;
  }

  private unlink(posting: number): void {
    const chain = this.hashes[posting]! & (this.heads.length - 1);
    if (this.heads[chain] === posting) {
      this.heads[chain] = this.next[posting]!;
      return;
    }
    let before = this.heads[chain]!;
    while (this.next[before] !== posting) before = this.next[before]!;
    this.next[before] = this.next[posting]!;
  }

  /** Room for twice as many entries, all of which are taken. */
  private grow(): void {
    const entries = this.lengths.length * 2;
    this.classes = widened(this.classes, new Uint8Array(entries * LONGEST_PLATE));
    this.lengths = widened(this.lengths, new Uint8Array(entries));
    this.seen = widened(this.seen, new Int32Array(entries));
    this.next = new Int32Array(entries * MOST_KEYS);
    this.hashes = widened(this.hashes, new Int32Array(entries * MOST_KEYS));
    this.heads = new Int32Array(entries * CHAINS_AN_ENTRY).fill(-1);
    for (let entry = 0; entry < this.ids.length; entry++) {
      for (let i = 0; i < storedKeys[this.lengths[entry]!]!.length; i++) this.link(entry * MOST_KEYS + i);
    }
  }
}

/** Small, for most garages are; doubled as needed. */
const FIRST_ENTRIES = 16;
/** Both powers of two, so that a hash finds its chain by its last bits. */
const CHAINS_AN_ENTRY = 8;

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function hashOf({ salt, starts, lengths }: PieceKey, classes: Uint8Array, from: number): number {
  let hash = salt;
  for (let i = 0; i < starts.length; i++) {
    const start = from + starts[i]!;
    for (let at = start; at < start + lengths[i]!; at++) hash = Math.imul(hash ^ classes[at]!, 0x01000193) ^ (hash >>> 15);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
