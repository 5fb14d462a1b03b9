import { setImmediate as breath, setTimeout as delay } from 'node:timers/promises';

/** The engine's only way to time, so that the simulation can put its own in its place. */
export interface EngineClock {
  /** Never jumps; ms. */
  monotonicMs(): number;
  /** ms since the epoch; for record timestamps and lag, never for a decision. */
  wallMs(): number;
  /** Resolves early, without an error, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets what has come in meanwhile (answers of the brokers) be looked at. */
  breathe(): Promise<void>;
}

export const systemClock: EngineClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
  breathe: () => breath(),
};
