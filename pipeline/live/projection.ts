import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import type { EngineObserver } from '../engine/observer.ts';
import { runSink, SinkWriteError } from '../engine/sink.ts';
import type { RunningSink } from '../engine/sink.ts';
import type { RunningPart } from '../service/process.ts';
import { EPOCH_KEY, presentEpoch } from './epoch.ts';
import type { EntriesOfRange } from './entries-of-range.ts';
import type { TakeIn } from './take-in.ts';

export interface ProjectionParts {
  readonly redis: Redis;
  readonly log: Log;
  readonly observerOf: (stage: string) => EngineObserver;
  readonly logger: Logger;
  readonly entries: EntriesOfRange;
  readonly takeIn: TakeIn;
  readonly setReady: (ready: boolean) => void;
}

/** Topics of one co-partition group each, for their counts may differ. */
const SINKS = [
  {
    name: 'visits',
    topics: [
      topics.visits.name, topics.irregularities.name, topics.occupancy.name,
      topics.visitsControl.name, topics.visitsClock.name,
    ],
  },
  { name: 'dead-letters', topics: [topics.deadLetters.name] },
  { name: 'charges', topics: [topics.charges.name] },
];

const LOOK_EVERY_MS = 1_000;

/**
 * Keeps Redis filled from the topics. While Redis is away it waits and nothing is lost, for no offset moves; when a
 * new epoch has begun, it starts over in that.
 */
export function runProjection(parts: ProjectionParts): RunningPart {
  const stopping = new AbortController();
  const failure = Promise.withResolvers<Error>();
  const ended = keepFilling(parts, stopping.signal).catch((error: Error) => failure.resolve(error));
  return {
    failed: failure.promise,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function keepFilling(parts: ProjectionParts, stopping: AbortSignal): Promise<void> {
  const { logger, redis, setReady } = parts;
  while (!stopping.aborted) {
    setReady(false);
    let epoch: string;
    try {
      epoch = await presentEpoch(redis);
    } catch {
      await pause(stopping);
      continue;
    }
    logger.info({ epoch }, 'filling Redis');
    const failed = await fillEpoch(epoch, parts, stopping);
    if (failed instanceof SinkWriteError) logger.warn({ err: failed }, 'Redis takes nothing, starting over');
    else if (failed !== null) throw failed;
  }
}

/** Fills until the epoch ends or `stopping` (then null), or a sink gives up (then why). */
async function fillEpoch(epoch: string, parts: ProjectionParts, stopping: AbortSignal): Promise<Error | null> {
  const { log, observerOf, logger, entries, takeIn } = parts;
  const over = new AbortController();
  const sinks: RunningSink[] = [];
  try {
    for (const { name, topics } of SINKS) {
      const write = async (range: Parameters<EntriesOfRange>[0]): Promise<void> => takeIn(epoch, await entries(range));
      const observer = observerOf(`live-${name}`);
      sinks.push(await runSink({ name: `live-${name}-${epoch}`, topics, log, observer, logger, write }));
    }
    return await Promise.race([
      ...sinks.map((sink) => sink.failed),
      untilOver(epoch, parts, AbortSignal.any([stopping, over.signal])),
    ]);
  } finally {
    over.abort();
    await Promise.all(sinks.map((sink) => sink.stop()));
  }
}

/** Looks whether Redis is there and still holds this epoch. */
async function untilOver(
  epoch: string, { redis, logger, setReady }: ProjectionParts, signal: AbortSignal,
): Promise<null> {
  while (!signal.aborted) {
    try {
      const present = await redis.get(EPOCH_KEY);
      if (present !== epoch) {
        logger.warn({ epoch, present }, 'another epoch has begun, starting over');
        return null;
      }
      setReady(true);
    } catch {
      setReady(false);
    }
    await pause(signal);
  }
  return null;
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
}
