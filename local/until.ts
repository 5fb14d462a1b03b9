import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again, a moment apart, until the answer is yes or the time is over.
 * A check that throws counts as a no: the thing asked about may not be there yet.
 * @returns whether a yes came in time
 */
export async function until(
  check: () => Promise<boolean> | boolean, timeoutMs: number, signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await answersYes(check)) return true;
    if (performance.now() >= deadline || signal?.aborted) return false;
    await pause(100);
  }
}

async function answersYes(check: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
