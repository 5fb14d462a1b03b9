import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import type { EngineObserver } from '../engine/observer.ts';
import { runSink, sinkOffsets, SinkWriteError } from '../engine/sink.ts';
import type { RunningSink, SinkRange } from '../engine/sink.ts';
import type { RunningPart } from '../service/process.ts';
import { beginEpoch, EPOCH_KEY, presentEpoch } from './epoch.ts';
import type { EntriesOfRange } from './entries-of-range.ts';
import { openPositions, type Positions } from './positions.ts';
import { EpochEndedError } from './take-in.ts';
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
 * new epoch has begun, it starts over in that. A Redis that comes back with an older state than it had is filled anew.
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

/** Fills until the epoch ends, the connection to Redis is lost, or `stopping` (then null), or a sink gives up (then why). */
async function fillEpoch(epoch: string, parts: ProjectionParts, stopping: AbortSignal): Promise<Error | null> {
  const { log, observerOf, logger, redis, entries, takeIn } = parts;
  const positions = openPositions(redis, log);
  const over = new AbortController();
  const sinks: RunningSink[] = [];
  // It may be another Redis that answers next, or one with an older state.
  const lost = once(redis, 'close', { signal: over.signal }).then(() => null, () => null);
  try {
    if (await hasForgotten(epoch, positions, parts)) {
      logger.warn({ epoch }, 'Redis has forgotten some of what it was given: filling it anew');
      await beginEpoch(redis).catch(() => {});
      return null;
    }
    for (const { name, topics } of SINKS) {
      const write = async (range: SinkRange): Promise<void> => {
        const taken = await entries(range);
        if (await positions.hasForgotten(epoch, range, range.from)) {
          await beginEpoch(redis);
          throw new EpochEndedError(`Redis has forgotten what came before ${range.topic}[${range.partition}]@${range.from}`);
        }
        await takeIn(epoch, taken);
        await positions.taken(epoch, range);
      };
      const observer = observerOf(`live-${name}`);
      sinks.push(await runSink({ name: sinkName(name, epoch), topics, log, observer, logger, write }));
    }
    return await Promise.race([
      ...sinks.map((sink) => sink.failed),
      untilOver(epoch, parts, AbortSignal.any([stopping, over.signal])),
      lost,
    ]);
  } finally {
    over.abort();
    await Promise.all(sinks.map((sink) => sink.stop()));
  }
}

const sinkName = (name: string, epoch: string): string => `live-${name}-${epoch}`;

/** Whether the groups have read on behind what Redis knows. False, too, while nobody can tell: each range asks again. */
async function hasForgotten(epoch: string, positions: Positions, { log, logger }: ProjectionParts): Promise<boolean> {
  try {
    for (const { name, topics } of SINKS) {
      for (const { offset, ...at } of await sinkOffsets(log, sinkName(name, epoch), topics)) {
        if (offset !== null && await positions.hasForgotten(epoch, at, offset)) return true;
      }
    }
  } catch (error) {
    logger.warn({ err: error }, 'whether Redis has all that it was given can not be told yet');
  }
  return false;
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
