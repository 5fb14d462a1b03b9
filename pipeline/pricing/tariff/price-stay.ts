import type { MaxValue } from '../../records/records.ts';
import { openCap, type CapMeter, type Charged } from './caps.ts';
import type { Stretch } from './hours.ts';
import type { RateTable, TimedLine, TimedTerms } from './rate-table.ts';

/** A stay to be priced; times are UTC ms. */
export interface Stay {
  readonly enteredAt: number;
  readonly exitedAt: number;
  /** How long the stays lasted whose free minutes this one shares. */
  readonly sharedFreeMs?: number;
  /** What earlier visits of the vehicle were charged, by instant: for caps of scope plate. */
  readonly chargedBefore?: readonly Charged[];
  /** What the vehicle's permit is worth; null: it has none. */
  readonly terms?: TimedTerms | null;
}

/** Money is in minor units, VAT included. */
export interface PricedStay {
  readonly grossMinor: number;
  /** Before the permit's discount. */
  readonly fullMinor: number;
  readonly steps: readonly PriceStep[];
  /** What counts for caps of scope plate in later visits; empty where there are none. */
  readonly charged: readonly Charged[];
}

/** A stretch of a stay and what it cost, before the discount; stretches alike are one. */
export interface PriceStep {
  readonly kind: 'free' | 'permit' | 'outside' | TimedLine['type'];
  /** Which rate line collection; -1: none. */
  readonly collection: number;
  readonly from: number;
  /** May lie after the exit: a started period counts in full. */
  readonly until: number;
  /** Periods, or 1. */
  readonly count: number;
  /** Price of each before the caps. */
  readonly eachMinor: number;
  readonly minor: number;
  /** What made it cost less: a cap, or the collection's own (`collection`). */
  readonly cap: MaxValue | 'collection' | null;
}

/**
 * What a stay costs. A stay within the free minutes is free; else time is paid for from the entry (or, if the tariff
 * says so, from where the free minutes end), period by period. A period belongs, with its whole price, to the instant
 * at which it begins: to that instant's hours, day, week and caps. Time that a permit frees, or for which there is no
 * price, is passed over: it is no paid time, and a new period begins after it.
 */
export function priceStay(table: RateTable, stay: Stay): PricedStay {
  const { enteredAt, exitedAt, sharedFreeMs = 0, terms = null } = stay;
  if (sharedFreeMs + exitedAt - enteredAt <= table.freeMs) return freeStay(enteredAt, exitedAt);
  const sum = new Sum(table, stay);
  const { collections, collectionAt } = table;
  /** Begins of the hours for which each flat rate was charged: others may cut into them. */
  const flats = new Map<TimedLine, number[]>();
  /** What the tiers of each collection have come to. */
  const tiers = new Map<number, number>();
  let at = enteredAt;
  if (!table.tariff.freeMinutesFromEntry) at = passFree(at + Math.max(0, table.freeMs - sharedFreeMs));
  let paidMs = 0;

  while (at < exitedAt) {
    const held = terms === null ? NOT_HELD : terms.heldAt(at);
    if (held.index >= 0 && terms!.discountBasisPoints === 10_000) {
      at = pass('permit', Math.min(held.until, exitedAt));
      continue;
    }
    const stretch = collectionAt(at);
    if (stretch.index < 0) {
      at = pass('outside', Math.min(stretch.until, held.until, exitedAt));
      continue;
    }
    const { index } = stretch;
    const line = collections[index]!.lines.find(({ endMs }) => paidMs < endMs)!;
    const lineEnd = at + line.endMs - paidMs;
    const until = Math.min(stretch.until, held.until, lineEnd, exitedAt);
    sum.enter(stretch, held.index >= 0);
    const from = at;
    switch (line.type) {
      case 'incrementingRate':
        while (at < until) at = Math.min(sum.periods(line, at, until), lineEnd);
        break;
      case 'flatRate': {
        const before = flats.get(line) ?? [];
        if (!before.includes(stretch.occurrence)) {
          sum.once(line.type, line.minor, at, until);
          flats.set(line, [...before, stretch.occurrence]);
        }
        at = until;
        break;
      }
      case 'flatRateTier': {
        const before = tiers.get(index) ?? 0;
        if (line.minor > before) sum.once(line.type, line.minor - before, at, until);
        tiers.set(index, Math.max(before, line.minor));
        at = until;
      }
    }
    paidMs += at - from;
  }
  return sum.result();

  function passFree(until: number): number {
    return until > at ? pass('free', until) : at;
  }

  function pass(kind: PriceStep['kind'], until: number): number {
    sum.step({ kind, collection: -1, from: at, until, count: 1, eachMinor: 0, minor: 0, cap: null });
    return until;
  }
}

const NOT_HELD: Stretch = { index: -1, occurrence: -Infinity, until: Infinity };

function freeStay(from: number, until: number): PricedStay {
  const step: PriceStep = { kind: 'free', collection: -1, from, until, count: 1, eachMinor: 0, minor: 0, cap: null };
  return { grossMinor: 0, fullMinor: 0, steps: [step], charged: [] };
}

/** Adds up a stay's charges under all caps, and tells the steps. */
class Sum {
  private readonly table: RateTable;
  private readonly discountBasisPoints: number;
  private readonly caps: readonly CapMeter[];
  private readonly steps: PriceStep[] = [];
  private readonly charged: Charged[] = [];
  /** What each collection with a cap of its own has come to, by the begin of its hours. */
  private readonly capped = new Map<number, Map<number, { left: number }>>();
  private collection = -1;
  private collectionLeft: { left: number } | null = null;
  private discounted = false;
  private fullMinor = 0;
  private discountedMinor = 0;

  constructor(table: RateTable, { chargedBefore = [], terms = null }: Stay) {
    this.table = table;
    this.discountBasisPoints = terms?.discountBasisPoints ?? 0;
    this.caps = table.maxValues.map((cap) => openCap(cap, table.zone, chargedBefore));
  }

  /** What comes next is of these hours. */
  enter({ index, occurrence }: Stretch, discounted: boolean): void {
    this.collection = index;
    this.discounted = discounted;
    this.collectionLeft = null;
    const { maxMinor } = this.table.collections[index]!;
    if (maxMinor === Infinity) return;
    const hours = this.capped.get(index) ?? new Map<number, { left: number }>();
    this.collectionLeft = hours.get(occurrence) ?? { left: maxMinor };
    this.capped.set(index, hours.set(occurrence, this.collectionLeft));
  }

  /** One period from `at`, or all up to `until` that a full cap makes free; answers where the next begins. */
  periods({ type, minor: eachMinor, incrementMs }: TimedLine, at: number, until: number): number {
    const { minor, cap } = this.charge(at, eachMinor);
    const count =
      minor === 0 && cap !== null
        ? Math.max(1, Math.ceil((Math.min(this.fullUntil(at), until) - at) / incrementMs))
        : 1;
    const next = at + count * incrementMs;
    this.step({ kind: type, collection: this.collection, from: at, until: next, count, eachMinor, minor, cap });
    return next;
  }

  once(kind: PriceStep['kind'], eachMinor: number, from: number, until: number): void {
    const { minor, cap } = this.charge(from, eachMinor);
    this.step({ kind, collection: this.collection, from, until, count: 1, eachMinor, minor, cap });
  }

  step(step: PriceStep): void {
    const last = this.steps.at(-1);
    if (last !== undefined && isAlike(last, step)) {
      const { from, count, minor } = last;
      this.steps[this.steps.length - 1] = { ...step, from, count: count + step.count, minor: minor + step.minor };
    } else {
      this.steps.push(step);
    }
  }

  result(): PricedStay {
    const { steps, charged, fullMinor, discountedMinor, discountBasisPoints } = this;
    // Half an ore rounds up, as with VAT.
    const reducedMinor = Math.floor((2 * discountedMinor * (10_000 - discountBasisPoints) + 10_000) / 20_000);
    return { grossMinor: fullMinor - discountedMinor + reducedMinor, fullMinor, steps, charged };
  }

  /** Takes as much as all caps leave. */
  private charge(at: number, eachMinor: number): { minor: number; cap: PriceStep['cap'] } {
    let minor = eachMinor;
    let cap: PriceStep['cap'] = null;
    if (this.collectionLeft !== null && this.collectionLeft.left < minor) {
      minor = this.collectionLeft.left;
      cap = 'collection';
    }
    for (const meter of this.caps) {
      const left = meter.left(at);
      if (left >= minor) continue;
      minor = left;
      cap = meter.cap;
    }
    if (this.collectionLeft !== null) this.collectionLeft.left -= minor;
    for (const meter of this.caps) meter.add(at, minor);
    if (minor > 0 && this.table.hasPlateCaps) this.charged.push({ at, minor });
    this.fullMinor += minor;
    if (this.discounted) this.discountedMinor += minor;
    return { minor, cap };
  }

  /** With nothing left at `at`: until when surely not. */
  private fullUntil(at: number): number {
    // Full until its hours end, beyond which the caller does not look.
    if (this.collectionLeft?.left === 0) return Infinity;
    return Math.max(...this.caps.filter((meter) => meter.left(at) === 0).map((meter) => meter.fullUntil(at)));
  }
}

function isAlike(one: PriceStep, other: PriceStep): boolean {
  return one.kind === other.kind && one.collection === other.collection && one.eachMinor === other.eachMinor
    && one.cap === other.cap && one.until === other.from && one.minor * other.count === other.minor * one.count;
}
