import { intervalOf } from '../cameras/intervals.ts';

/**
 * What stays taught as they left the state, as it was at the ends of intervals (`cameras/intervals.ts`). As with how long vehicles stay
 * (`taught-stays.ts`), whoever is read in an interval is judged by what had been taught before it began.
 */
export interface UpToInterval {
  /** The last one in which anything was taught. */
  readonly interval: number;
}

/** All that was taught, and what it was before that interval, and before the one in which anything was taught before that. */
export type WithEarlier<L extends UpToInterval> = L & { readonly earlier: readonly L[] };

export const BEFORE_ALL = -1;

/** What counts for what is read in that interval. Of those before the last two no less is known than at their end. */
export function countsIn<L extends UpToInterval>(learned: WithEarlier<L>, interval: number): L {
  if (learned.interval < interval) return learned;
  return learned.earlier.find((before) => before.interval < interval) ?? learned.earlier.at(-1) ?? learned;
}

/** What is kept of that once more is taught in an interval: never before the last one. @param before without what it keeps itself */
export function keptEarlier<L extends UpToInterval>({ interval: last, earlier }: WithEarlier<L>, interval: number, before: L): readonly L[] {
  return last === interval ? earlier : [before, ...earlier].slice(0, MOST_KEPT);
}

/** Reads come in no later than within the interval after theirs, if not beyond the allowed lateness. */
const MOST_KEPT = 2;

/** What counts for what is read at a time, found once for an interval: it is asked for at each read. */
export class CountsByInterval<T> {
  private readonly find: (interval: number) => T;
  private interval = NaN;
  private found: T | undefined = undefined;

  constructor(find: (interval: number) => T) {
    this.find = find;
  }

  /** @param at ms UTC */
  at(at: number): T {
    const interval = intervalOf(at);
    if (interval !== this.interval) {
      this.found = this.find(interval);
      this.interval = interval;
    }
    return this.found!;
  }

  /** More is taught. */
  forget(): void {
    this.interval = NaN;
  }
}
