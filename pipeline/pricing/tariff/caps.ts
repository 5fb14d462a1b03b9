import type { MaxValue } from '../../records/records.ts';
import { addDays, dayAround, dayOf } from '../calendar.ts';
import { firstInstantOf, mondayOf } from './local-time.ts';

/** What was charged at an instant (UTC ms), in minor units. */
export interface Charged {
  readonly at: number;
  readonly minor: number;
}

/** Watches one cap while a stay is priced; instants are given in their order. */
export interface CapMeter {
  readonly cap: MaxValue;
  /** What may still be charged at that instant. */
  left(at: number): number;
  add(at: number, minor: number): void;
  /** With nothing left at `at`: no earlier than when something will be. */
  fullUntil(at: number): number;
}

/** @param before what earlier visits of the vehicle were charged, by instant; only caps of scope plate look at it */
export function openCap(cap: MaxValue, zone: string, before: readonly Charged[]): CapMeter {
  const counted = cap.capScope === 'plate' ? before : [];
  switch (cap.period) {
    case 'rolling24h': return rolling(cap, DAY_MS, counted);
    case 'rolling7d': return rolling(cap, 7 * DAY_MS, counted);
    case 'day': return windowed(cap, counted, (at) => dayWindow(at, cap.resetTime, zone));
    case 'week': return windowed(cap, counted, (at) => weekWindow(at, cap.resetTime, zone));
    case 'visit': return windowed(cap, counted, () => WHOLE_VISIT);
  }
}

interface Window {
  readonly begin: number;
  /** Exclusive. */
  readonly end: number;
}

const DAY_MS = 86_400_000;
const WHOLE_VISIT: Window = { begin: -Infinity, end: Infinity };

/** One sum for each window. */
function windowed(cap: MaxValue, before: readonly Charged[], windowAt: (at: number) => Window): CapMeter {
  let window: Window = { begin: 0, end: -Infinity };
  let sum = 0;
  const moveTo = (at: number): void => {
    if (at < window.end) return;
    window = windowAt(at);
    sum = 0;
    for (const charged of before) if (window.begin <= charged.at && charged.at < window.end) sum += charged.minor;
  };
  return {
    cap,
    left(at) {
      moveTo(at);
      return Math.max(0, cap.valueMinor - sum);
    },
    add(at, minor) {
      moveTo(at);
      sum += minor;
    },
    fullUntil: () => window.end,
  };
}

/** No stretch of that length, wherever it begins, is charged more than the cap. */
function rolling(cap: MaxValue, lengthMs: number, before: readonly Charged[]): CapMeter {
  // Two queues: an earlier visit that ended after this one began must not hold up what is older.
  const queues = [before, [] as Charged[]].map((entries) => ({ entries: [...entries], head: 0 }));
  const own = queues[1]!;
  let sum = before.reduce((total, { minor }) => total + minor, 0);
  const forget = (at: number): void => {
    for (const queue of queues) {
      while (queue.head < queue.entries.length && queue.entries[queue.head]!.at <= at - lengthMs) {
        sum -= queue.entries[queue.head++]!.minor;
      }
    }
  };
  return {
    cap,
    left(at) {
      forget(at);
      return Math.max(0, cap.valueMinor - sum);
    },
    add(at, minor) {
      if (minor === 0) return;
      own.entries.push({ at, minor });
      sum += minor;
    },
    fullUntil() {
      return lengthMs + Math.min(...queues.map(({ entries, head }) => entries[head]?.at ?? Infinity));
    },
  };
}

function dayWindow(at: number, resetTime: string, zone: string): Window {
  const today = dayAround(at, zone);
  if (resetTime === '00:00') return today;
  const reset = firstInstantOf(today.day, resetTime, zone);
  return at < reset
    ? { begin: firstInstantOf(addDays(today.day, -1), resetTime, zone), end: reset }
    : { begin: reset, end: firstInstantOf(addDays(today.day, 1), resetTime, zone) };
}

function weekWindow(at: number, resetTime: string, zone: string): Window {
  const monday = mondayOf(dayOf(at, zone));
  const reset = firstInstantOf(monday, resetTime, zone);
  return at < reset
    ? { begin: firstInstantOf(addDays(monday, -7), resetTime, zone), end: reset }
    : { begin: reset, end: firstInstantOf(addDays(monday, 7), resetTime, zone) };
}
