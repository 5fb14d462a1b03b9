import type { EngineClock } from '../engine/clock.ts';
import { OffsetOutOfRangeError, type Log, type LogRecord } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { learning, UndecodableError } from '../records/codec.ts';
import type { WebhookEndpoint } from '../records/records.ts';
import type { Bring } from './courier.ts';
import { SOURCES, type Message, type Messages, type Source } from './message.ts';
import { streamKey } from './state.ts';
import {
  afterHead, afterLoss, afterParked, FROM_START, isGivenUp, nextWork, parkedBehind, passedOver, waitsBehind,
  withoutParked, type Answer, type Stream,
} from './stream.ts';
import { LOOK_EVERY_MS, type Tails } from './tails.ts';

/** The streams of one task that are being delivered, each by a loop of its own: none waits for another's endpoint. */
export interface Deliveries {
  /**
   * Goes on with each stream from here, unless it is under way. Told again and again; a stream that is not among them
   * any more ends.
   */
  attend(streams: Iterable<{ readonly stream: Stream; readonly endpoint: WebhookEndpoint }>): void;
  /** Streams that have got further since the last time. */
  heard(): readonly Stream[];
}

/** What there is to tell of deliveries, for metrics. */
export interface DeliveriesObserver {
  attempted(endpointId: string, answer: Answer): void;
}

export interface DeliveriesParts {
  readonly log: Log;
  readonly clock: EngineClock;
  readonly logger: Logger;
  readonly messages: Messages;
  readonly tails: Tails;
  readonly bring: Bring;
  readonly observer: DeliveriesObserver;
  /** Aborts when nobody delivers any more. */
  readonly stopping: AbortSignal;
}

/** The task has another owner, or none: its ticks come several times a second. */
const ABANDONED_MS = 5_000;

interface Delivery {
  stream: Stream;
  endpoint: WebhookEndpoint;
  attendedAtMs: number;
  isChanged: boolean;
  isOver: boolean;
}

/** A record of the stream's partition, and where to read on after it. */
interface Queued {
  readonly record: LogRecord;
  readonly next: number;
}

/**
 * Makes deliveries for one task after the other. When to try again is this folder's only use of the wall clock: it
 * deals with the world outside, and what came of an attempt becomes state by the rules of `stream.ts` alone.
 */
export function deliveriesFor(parts: DeliveriesParts): () => Deliveries {
  const { log, clock, logger, messages, tails, bring, observer, stopping } = parts;
  return () => {
    const underway = new Map<string, Delivery>();
    return {
      attend(streams) {
        const attended = new Set<string>();
        for (const { stream, endpoint } of streams) {
          const key = streamKey(stream);
          attended.add(key);
          const present = underway.get(key);
          if (present !== undefined && !present.isOver && present.stream.epoch === stream.epoch) {
            present.endpoint = endpoint;
            present.attendedAtMs = clock.monotonicMs();
          } else {
            if (present !== undefined) present.isOver = true;
            underway.set(key, begin(stream, endpoint));
          }
        }
        for (const [key, delivery] of underway) {
          if (attended.has(key)) continue;
          delivery.isOver = true;
          underway.delete(key);
        }
      },
      heard() {
        const changed = [...underway.values()].filter(({ isChanged }) => isChanged);
        for (const delivery of changed) delivery.isChanged = false;
        return changed.map(({ stream }) => stream);
      },
    };
  };

  function begin(stream: Stream, endpoint: WebhookEndpoint): Delivery {
    const delivery: Delivery = { stream, endpoint, attendedAtMs: clock.monotonicMs(), isChanged: false, isOver: false };
    void run(delivery).catch((error: unknown) => {
      const { endpointId: webhook, topic } = stream;
      logger.warn({ err: error, webhook, topic }, 'a webhook is interrupted, beginning again');
    }).finally(() => {
      delivery.isOver = true;
    });
    return delivery;
  }

  async function run(delivery: Delivery): Promise<void> {
    let queue: Queued[] = [];
    const source = sourceOf(delivery.stream.topic);
    const isWanted = (): boolean =>
      !delivery.isOver && !stopping.aborted && clock.monotonicMs() - delivery.attendedAtMs < ABANDONED_MS;
    const turnTo = (stream: Stream): void => {
      if (stream.disabledAt !== null && delivery.stream.disabledAt === null) {
        const { endpointId: webhook, topic, partition, problem } = stream;
        const at = { webhook, topic, partition, problem };
        logger.error(at, 'a webhook is disabled: it goes on from here when it is enabled');
      }
      delivery.stream = stream;
      delivery.isChanged = true;
    };

    while (isWanted()) {
      const { stream } = delivery;
      const work = nextWork(stream, clock.wallMs());
      if (work.kind === 'idle') {
        await clock.sleep(Math.min(LOOK_EVERY_MS, Math.max(1, work.until - clock.wallMs())), stopping);
      } else if (work.kind === 'parked') {
        turnTo(await withParked(delivery, source, work.offset));
      } else {
        if (queue.length === 0) queue = await fetched(delivery, turnTo);
        const [first] = queue;
        if (first === undefined) await clock.sleep(LOOK_EVERY_MS, stopping);
        else if (first.record.timestamp < stream.from) turnTo(passedOver(stream, first.next));
        else turnTo(await withHead(delivery, source, first));
        if (first !== undefined && delivery.stream.position >= first.next) queue.shift();
      }
    }
  }

  /** What follows the stream's position; empty when there is nothing yet. */
  async function fetched({ stream }: Delivery, turnTo: (stream: Stream) => void): Promise<Queued[]> {
    const { topic, partition } = stream;
    const at = { topic, partition };
    const from = stream.position === FROM_START ? (await log.bounds(at)).start : stream.position;
    if (from >= (await tails.stableOf(at))) return [];
    try {
      const [batch] = await log.fetch([{ ...at, from }], 0);
      if (batch === undefined || batch.next === from) return [];
      if (batch.records.length === 0) turnTo(passedOver(stream, batch.next));
      return batch.records.map((record, index) => ({ record, next: batch.records[index + 1]?.offset ?? batch.next }));
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      turnTo(afterLoss(stream, clock.wallMs()));
      return [];
    }
  }

  async function withHead({ stream, endpoint }: Delivery, source: Source, { record, next }: Queued): Promise<Stream> {
    const message = await read(stream, source, record, endpoint);
    if (message === null) return passedOver(stream, next);
    const due = { offset: record.offset, next, accountId: message.accountId };
    if (waitsBehind(stream, due)) return parkedBehind(stream, due, clock.wallMs());
    const answer = await attempt(endpoint, message);
    return afterHead(stream, due, answer, clock.wallMs());
  }

  async function withParked({ stream, endpoint }: Delivery, source: Source, offset: number): Promise<Stream> {
    const record = await recordAt(stream, offset);
    const message = record === null ? null : await read(stream, source, record, endpoint);
    if (message === null) return withoutParked(stream, offset);
    const after = afterParked(stream, offset, await attempt(endpoint, message), clock.wallMs());
    if (after.parked.some((each) => each.offset === offset && isGivenUp(each))) {
      const { endpointId: webhook, topic, partition, problem } = after;
      const at = { webhook, topic, partition, offset, problem };
      logger.error(at, 'a record is not tried again before the webhook is enabled anew');
    }
    return after;
  }

  /** Null: the log has dropped it since. */
  async function recordAt({ topic, partition }: Stream, offset: number): Promise<LogRecord | null> {
    try {
      const [batch] = await log.fetch([{ topic, partition, from: offset }], 0);
      const record = batch?.records[0];
      return record?.offset === offset ? record : null;
    } catch (error) {
      if (error instanceof OffsetOutOfRangeError) return null;
      throw error;
    }
  }

  async function read(
    stream: Stream, source: Source, record: LogRecord, { operatorId }: WebhookEndpoint,
  ): Promise<Message | null> {
    try {
      return await learning(() => messages.messageOf(source, record, operatorId));
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      const { topic, partition } = stream;
      const at = { topic, partition, offset: record.offset };
      logger.error(at, 'a record can not be decoded and is told to no webhook');
      return null;
    }
  }

  async function attempt(endpoint: WebhookEndpoint, message: Message): Promise<Answer> {
    const answer = await bring(endpoint, message);
    observer.attempted(endpoint.endpointId, answer);
    return answer;
  }
}

function sourceOf(topic: string): Source {
  const source = (Object.keys(SOURCES) as Source[]).find((name) => SOURCES[name] === topic);
  if (source === undefined) throw new Error(`${topic} is told to no webhook`);
  return source;
}
