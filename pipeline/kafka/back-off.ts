import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between attempts, doubling from `firstMs` to `maxMs`, until `deadline` (of performance.now()). */
export interface BackOff {
  /** False: the deadline would pass; nothing was waited. */
  wait(): Promise<boolean>;
}

export function backOff(firstMs: number, maxMs: number, deadline: number): BackOff {
  let nextMs = firstMs;
  return {
    async wait() {
      if (performance.now() + nextMs > deadline) return false;
      await sleep(nextMs);
      nextMs = Math.min(nextMs * 2, maxMs);
      return true;
    },
  };
}
