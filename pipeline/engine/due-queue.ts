/**
 * When to look at something again: keys by time, then by key. Whoever has two spans after which things are due has most due times come in
 * order but for a few places, once for each span: they stand in two runs, and only what comes further out of order goes into a heap.
 * Entries are never taken out when a due time changes; who pops one checks whether it still holds.
 */
export class DueQueue {
  private readonly runs: Run[] = [];
  private heap: Heap | null = null;
  /** The part that holds the earliest; null: there is none. */
  private earliest: Part | null = null;
  private earliestAt = Infinity;
  private entries = 0;

  get size(): number {
    return this.entries;
  }

  /** The earliest due time, Infinity when there is none. */
  get first(): number {
    return this.earliestAt;
  }

  get firstKey(): string {
    return this.earliest!.firstKey;
  }

  push(at: number, key: string): void {
    const part = this.partFor(at);
    part.push(at, key);
    this.entries++;
    // Mostly something else is due before.
    if (at <= this.earliestAt) this.findEarliest();
  }

  pop(): void {
    this.earliest!.pop();
    this.entries--;
    this.findEarliest();
  }

  private findEarliest(): void {
    let earliest: Part | null = this.heap;
    for (const run of this.runs) if (earliest === null || this.isBefore(run, earliest)) earliest = run;
    this.earliest = this.entries === 0 ? null : earliest;
    this.earliestAt = this.earliest === null ? Infinity : this.earliest.first;
  }

  /** Made when first needed: garages are many, and in most of them few things are due. */
  private partFor(at: number): Part {
    const run = this.runFor(at);
    if (run !== null) return run;
    if (this.runs.length < RUNS) {
      const next = new Run();
      this.runs.push(next);
      return next;
    }
    return (this.heap ??= new Heap());
  }

  /** Of the runs near whose end it belongs the latest, so that the other stays open to what is earlier; null: there is none. */
  private runFor(at: number): Run | null {
    let best: Run | null = null;
    for (let i = 0; i < this.runs.length; i++) {
      const run = this.runs[i]!;
      if (run.takes(at) && (best === null || run.last > best.last)) best = run;
    }
    return best;
  }

  private isBefore(a: Part, b: Part): boolean {
    const atA = a.first;
    const atB = b.first;
    return atA < atB || (atA === atB && atA !== Infinity && a.firstKey < b.firstKey);
  }
}

/** One for each of the horizons. */
const RUNS = 2;

interface Part {
  readonly size: number;
  /** Infinity: it is empty. */
  readonly first: number;
  readonly firstKey: string;
  push(at: number, key: string): void;
  pop(): void;
}

/** Reads come so many places out of order, or a few more: to move those behind takes less than a heap. */
const MOST_MOVED = 32;

/** What came nearly in order. */
class Run implements Part {
  private times: number[] = [];
  private keys: string[] = [];
  /** Those before are popped. */
  private start = 0;

  get size(): number {
    return this.times.length - this.start;
  }

  get first(): number {
    return this.size === 0 ? Infinity : this.times[this.start]!;
  }

  get firstKey(): string {
    return this.keys[this.start]!;
  }

  /** -Infinity: it is empty. */
  get last(): number {
    return this.size === 0 ? -Infinity : this.times[this.times.length - 1]!;
  }

  /** Whether it belongs behind the end, or before no more than some of the last. */
  takes(at: number): boolean {
    const { times } = this;
    return this.size < MOST_MOVED || times[times.length - MOST_MOVED]! <= at;
  }

  /** What `takes` says it does. */
  push(at: number, key: string): void {
    const { times, keys, start } = this;
    let place = times.length;
    times.push(at);
    keys.push(key);
    for (; place > start && isEarlier(at, key, times[place - 1]!, keys[place - 1]!); place--) {
      times[place] = times[place - 1]!;
      keys[place] = keys[place - 1]!;
    }
    times[place] = at;
    keys[place] = key;
  }

  pop(): void {
    this.start++;
    if (this.start < 1000 || this.start < this.times.length / 2) return;
    this.times = this.times.slice(this.start);
    this.keys = this.keys.slice(this.start);
    this.start = 0;
  }
}

/** A binary heap. */
class Heap implements Part {
  private readonly times: number[] = [];
  private readonly keys: string[] = [];

  get size(): number {
    return this.times.length;
  }

  get first(): number {
    return this.times.length === 0 ? Infinity : this.times[0]!;
  }

  get firstKey(): string {
    return this.keys[0]!;
  }

  push(at: number, key: string): void {
    const { times, keys } = this;
    let hole = times.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isEarlier(at, key, times[parent]!, keys[parent]!)) break;
      times[hole] = times[parent]!;
      keys[hole] = keys[parent]!;
      hole = parent;
    }
    times[hole] = at;
    keys[hole] = key;
  }

  pop(): void {
    const { times, keys } = this;
    const at = times.pop()!;
    const key = keys.pop()!;
    const size = times.length;
    if (size === 0) return;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && isEarlier(times[child + 1]!, keys[child + 1]!, times[child]!, keys[child]!)) child++;
      if (!isEarlier(times[child]!, keys[child]!, at, key)) break;
      times[hole] = times[child]!;
      keys[hole] = keys[child]!;
      hole = child;
    }
    times[hole] = at;
    keys[hole] = key;
  }
}

function isEarlier(atA: number, keyA: string, atB: number, keyB: string): boolean {
  return atA < atB || (atA === atB && keyA < keyB);
}
