import { setTimeout as pause } from 'node:timers/promises';
import type { FleetEvent } from './generate.ts';

type ReadEvent = Extract<FleetEvent, { kind: 'read' }>;

/** Resolves when it is a read's turn. */
export type Pace = (event: ReadEvent) => Promise<void>;

/** So many reads per second, evenly. */
export function atRate(readsPerSecond: number): Pace {
  const started = performance.now();
  let reads = 0;
  return () => at(started + (reads++ * 1000) / readsPerSecond);
}

/** As the reads were delivered, so many times faster; time runs from `from`, UTC ms. */
export function atSpeed(speedup: number, from: number): Pace {
  const started = performance.now();
  return (event) => at(started + (event.deliverAt - from) / speedup);
}

/** Shorter waits than a timer can keep are left out: the ones after make up for them. */
const SHORTEST_WAIT_MS = 5;

async function at(instant: number): Promise<void> {
  const wait = instant - performance.now();
  if (wait >= SHORTEST_WAIT_MS) await pause(wait);
}
