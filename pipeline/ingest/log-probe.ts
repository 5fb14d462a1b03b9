import { setTimeout as delay } from 'node:timers/promises';
import type { Log, TopicPartition } from '../engine/log.ts';

/** Asks the log for the topic's bounds again and again, and tells when it answers or not. Ends with `stopping`. */
export async function probeLog(
  log: Pick<Log, 'bounds'>,
  at: TopicPartition,
  options: { everyMs: number; limitMs: number; stopping: AbortSignal; told: (there: boolean) => void },
): Promise<void> {
  const { everyMs, limitMs, stopping, told } = options;
  while (!stopping.aborted) {
    const answered = log.bounds(at).then(() => true, () => false);
    const late = new AbortController();
    const there = await Promise.race([answered, quiet(limitMs, late.signal).then(() => false)]);
    late.abort();
    told(there);
    // A question that hangs is not asked a second time meanwhile.
    if (!there) await Promise.race([answered, quiet(Number.MAX_SAFE_INTEGER, stopping)]);
    await quiet(everyMs, stopping);
  }
}

/** Waits, or until the signal aborts. */
async function quiet(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.min(ms, 2 ** 31 - 1), undefined, { signal }).catch(() => {});
}
