/**
 * When to look at something again: a binary heap of (garage clock, key). Entries are never taken out when a due
 * time changes; who pops one checks whether it still holds, and `compact` drops the rest now and then.
 */
export class DueQueue {
  private times: number[] = [];
  private keys: string[] = [];

  get size(): number {
    return this.times.length;
  }

  /** The earliest due time, Infinity when there is none. */
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
      if (!before(at, key, times[parent]!, keys[parent]!)) break;
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
      if (child + 1 < size && before(times[child + 1]!, keys[child + 1]!, times[child]!, keys[child]!)) child++;
      if (!before(times[child]!, keys[child]!, at, key)) break;
      times[hole] = times[child]!;
      keys[hole] = keys[child]!;
      hole = child;
    }
    times[hole] = at;
    keys[hole] = key;
  }

  /** Keeps each entry that still holds, once. */
  compact(holds: (at: number, key: string) => boolean): void {
    const { times, keys } = this;
    const kept = new Map<string, number>();
    times.forEach((at, i) => {
      if (holds(at, keys[i]!)) kept.set(keys[i]!, at);
    });
    this.times = [];
    this.keys = [];
    for (const [key, at] of kept) this.push(at, key);
  }
}

function before(atA: number, keyA: string, atB: number, keyB: string): boolean {
  return atA < atB || (atA === atB && keyA < keyB);
}
