import { setTimeout as pause } from 'node:timers/promises';
import { deathsInARow, restartDelayMs } from './back-off.ts';
import type { BackOff } from './back-off.ts';
import type { Say } from './progress.ts';

/** What is to run in the background for as long as somebody works on it. */
export interface Kept {
  readonly title: string;
  readonly log: string;
  isRunning(): boolean;
  /** Resolves when it answers again. @throws {Error} saying why it does not, for the person at the terminal */
  start(stopping: AbortSignal): Promise<void>;
}

export interface KeepUpOptions {
  readonly backOff: BackOff;
  /** How often it is looked at (ms). */
  readonly everyMs: number;
  readonly say: Say;
}

/**
 * Starts again, with growing waits, whichever of them is gone; says so, for all that needs it fails until then.
 * @returns ends that; resolves once no start is under way any more
 */
export function keepUp(all: readonly Kept[], options: KeepUpOptions): () => Promise<void> {
  const stopping = new AbortController();
  const running = all.map((kept) => keep(kept, options, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}

async function keep(kept: Kept, { backOff, everyMs, say }: KeepUpOptions, stopping: AbortSignal): Promise<void> {
  const wait = (ms: number) => pause(ms, undefined, { signal: stopping }).catch(() => {});
  let deaths = 0;
  let startedAt = performance.now();
  while (!stopping.aborted) {
    if (kept.isRunning()) {
      await wait(everyMs);
      continue;
    }
    deaths = deathsInARow(deaths, performance.now() - startedAt, backOff);
    const waitMs = restartDelayMs(deaths, backOff);
    say(`${kept.title} is gone and starts again in ${waitMs / 1000} s; its log: ${kept.log}`);
    await wait(waitMs);
    if (stopping.aborted) return;
    startedAt = performance.now();
    await kept.start(stopping).catch((error: Error) => {
      if (!stopping.aborted) say(error.message);
    });
  }
}
