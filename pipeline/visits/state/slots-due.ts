import { DueQueue } from './due-queue.ts';
import { cutList, noListMemory } from '../lists/list-memory.ts';

/**
 * When to look at stays again, by their slots: a `DueQueue`, but for garages with few of them. There they are one short list in
 * order, apart from the collector's heap: the runs of a queue are a dozen objects, each of them to be fetched for what is added.
 */
export class SlotsDue {
  private memory = noListMemory;
  /** The first entry in use there. */
  private start = 0;
  private entries = 0;
  /** Those that are popped stand between the first that was cut and `start`. */
  private from = 0;
  private room = 0;
  /** Null: they are few. */
  private many: DueQueue<number> | null = null;

  get size(): number {
    return this.many === null ? this.entries : this.many.size;
  }

  /** The earliest due time, Infinity when there is none. */
  get first(): number {
    if (this.many !== null) return this.many.first;
    return this.entries === 0 ? Infinity : this.memory.doubles[DOUBLES * this.start]!;
  }

  /** By time, then by slot. */
  get firstKey(): number {
    return this.many === null ? this.memory.ints[INTS * this.start + SLOT_AT]! : this.many.firstKey;
  }

  /** As that of a `DueQueue`. */
  lookAhead(): number {
    return this.many === null ? 0 : this.many.lookAhead();
  }

  push(at: number, slot: number): void {
    if (this.many === null && this.entries === MOST_FEW) this.becomeMany();
    if (this.many !== null) return this.many.push(at, slot);
    if (this.start + this.entries === this.from + this.room) this.makeRoom();
    const { memory: { doubles, ints }, start } = this;
    let place = start + this.entries;
    while (place > start && isLater(doubles[DOUBLES * (place - 1)]!, ints[INTS * (place - 1) + SLOT_AT]!, at, slot)) {
      doubles[DOUBLES * place] = doubles[DOUBLES * (place - 1)]!;
      ints[INTS * place + SLOT_AT] = ints[INTS * (place - 1) + SLOT_AT]!;
      place--;
    }
    doubles[DOUBLES * place] = at;
    ints[INTS * place + SLOT_AT] = slot;
    this.entries++;
  }

  pop(): void {
    if (this.many !== null) return this.many.pop();
    this.start++;
    this.entries--;
  }

  /** Keeps each entry that still holds, once. */
  compact(holds: (at: number, slot: number) => boolean): void {
    if (this.many === null) this.becomeMany();
    this.many!.compact(holds);
  }

  private becomeMany(): void {
    const many = new DueQueue<number>();
    for (; this.entries > 0; this.pop()) many.push(this.first, this.firstKey);
    this.many = many;
    this.memory = noListMemory;
  }

  /** For one more at the end. */
  private makeRoom(): void {
    const { memory: { bytes }, start, entries } = this;
    const end = BYTES * (start + entries);
    if (entries > this.room / 2 || this.room === 0) {
      this.room = Math.max(FIRST_ENTRIES, 2 * this.room);
      const { memory, from } = cutList(BYTES * this.room);
      memory.bytes.set(bytes.subarray(BYTES * start, end), from);
      this.memory = memory;
      this.from = from / BYTES;
    } else {
      bytes.copyWithin(BYTES * this.from, BYTES * start, end);
    }
    this.start = this.from;
  }
}

function isLater(at: number, slot: number, other: number, otherSlot: number): boolean {
  return at > other || (at === other && slot > otherSlot);
}

/** An entry is its time, then the slot. */
const BYTES = 16;
const DOUBLES = BYTES / 8;
const INTS = BYTES / 4;
const SLOT_AT = 2;
const FIRST_ENTRIES = 16;
/** A longer list is no quicker to add to than a queue. */
const MOST_FEW = 64;
