import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { stopNoted } from '../local/background.ts';
import { stackPaths } from '../local/paths.ts';
import type { Say } from '../local/progress.ts';
import { startStack } from '../local/stack.ts';
import { until } from '../local/until.ts';
import { OUTAGE } from './gateways/outage-times.ts';

const K6_STARTS_WITHIN_MS = 120_000;
const STOP_GRACE_MS = 10_000;
/** The script counts its phases from its own start, which is a moment before its first answer. */
const SURELY_MS = 1_000;

/**
 * Stops the local broker when the script's outage begins, and starts it again.
 * @param answers where k6 tells of its first answer
 */
export async function stopBrokerForAWhile(answers: string, say: Say, stopping: AbortSignal): Promise<void> {
  const began = () => (statSync(answers, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!(await until(began, K6_STARTS_WITHIN_MS, stopping))) return;
  await pause(OUTAGE.afterSeconds * 1000 + SURELY_MS, undefined, { signal: stopping });
  const away = performance.now();
  say(`Kafka: ${await stopNoted(stackPaths().run, 'kafka', STOP_GRACE_MS)}, away for ${OUTAGE.seconds} s`);
  await pause(OUTAGE.seconds * 1000 - (performance.now() - away), undefined, { signal: stopping });
  const { ready } = await startStack(say, stopping);
  await ready.kafka;
}
