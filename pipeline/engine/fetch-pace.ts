import type { EngineClock } from './clock.ts';
import type { FetchedBatch } from './log.ts';

/** With so many records fetched at once there is much to do: the next are asked for at once. */
const RECORDS_MANY = 500;

/**
 * Rests after a fetch that brought little, until so long after it was asked for: whoever gathers records for longer than that need not
 * ask the brokers for each.
 * @param askedMs of `clock` @param everyMs so often brokers are asked while little comes in
 */
export async function restAfterFetch(
  batches: readonly FetchedBatch[], askedMs: number, everyMs: number, clock: EngineClock, stopping: AbortSignal,
): Promise<void> {
  const restMs = askedMs + everyMs - clock.monotonicMs();
  const fetched = batches.reduce((sum, { records }) => sum + records.length, 0);
  if (fetched < RECORDS_MANY && restMs > 0) await clock.sleep(restMs, stopping);
}
