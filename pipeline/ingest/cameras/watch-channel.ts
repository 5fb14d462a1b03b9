import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { serialKey } from '../../garages/serial.ts';
import { sightingOf, type Sighting, type WatchedEvent } from './watch.ts';

/**
 * Who watches asks for it on one channel, again and again; each ingest process answers on the watcher's own. Nothing is
 * stored anywhere, and while nobody watches nothing is sent. Redis must be there for it; ingest does without.
 */
const ASKING = 'bomfri:cameras:watch';
const answering = (watchId: string): string => `bomfri:cameras:seen:${watchId}`;

interface Question {
  readonly watchId: string;
  /** Null: all cameras. */
  readonly serial: string | null;
}

interface Answer {
  readonly sighting: Sighting;
  /** How many were not told before it. */
  readonly missed: number;
}

/** How long a question holds, and how often it is asked anew. */
const HOLDS_MS = 10_000;
const ASK_EVERY_MS = 3_000;
/** What one process tells a watcher in a second; more than anybody can read. */
const TOLD_A_SECOND_MAX = 50;
/** So that questions made up without end fill no memory. */
const WATCHES_MAX = 20;

interface Watch extends Question {
  untilMs: number;
  secondStartedMs: number;
  toldInSecond: number;
  missed: number;
}

/** Ingest's side: tells each event to those who watch its camera. */
export interface WatchTeller {
  told(event: WatchedEvent): void;
  close(): void;
}

export function openWatchTeller(redis: Redis): WatchTeller {
  const watches = new Map<string, Watch>();
  const listener = redis.duplicate();
  // Reported by the connection it was made of.
  listener.on('error', () => {});
  listener.once('ready', () => void listener.subscribe(ASKING).catch(() => {}));
  listener.on('message', (_channel, text) => {
    const question = questionIn(text);
    if (question === null) return;
    const untilMs = performance.now() + HOLDS_MS;
    const known = watches.get(question.watchId);
    if (known !== undefined) known.untilMs = untilMs;
    else if (watches.size < WATCHES_MAX) watches.set(question.watchId, newWatch(question, untilMs));
  });
  return {
    told(event) {
      if (watches.size === 0) return;
      const nowMs = performance.now();
      for (const [watchId, watch] of watches) {
        if (watch.untilMs < nowMs) watches.delete(watchId);
        else if (isMeant(watch, event) && mayTell(watch, nowMs)) {
          const answer: Answer = { sighting: sightingOf(event), missed: watch.missed };
          watch.missed = 0;
          redis.publish(answering(watchId), JSON.stringify(answer)).catch(() => {});
        }
      }
    },
    close: () => listener.disconnect(),
  };
}

function newWatch(question: Question, untilMs: number): Watch {
  return { ...question, untilMs, secondStartedMs: 0, toldInSecond: 0, missed: 0 };
}

function isMeant({ serial }: Question, { event }: WatchedEvent): boolean {
  return serial === null || (event !== null && serialKey(event.serial) === serial);
}

function mayTell(watch: Watch, nowMs: number): boolean {
  if (nowMs - watch.secondStartedMs >= 1_000) {
    watch.secondStartedMs = nowMs;
    watch.toldInSecond = 0;
  }
  if (watch.toldInSecond === TOLD_A_SECOND_MAX) {
    watch.missed += 1;
    return false;
  }
  watch.toldInSecond += 1;
  return true;
}

function questionIn(text: string): Question | null {
  try {
    const { watchId, serial } = JSON.parse(text) as { watchId?: unknown; serial?: unknown };
    const isQuestion = typeof watchId === 'string' && (typeof serial === 'string' || serial === null);
    return isQuestion ? { watchId, serial } : null;
  } catch {
    return null;
  }
}

export interface Watcher {
  /** Called once, when ingest processes were asked for the first time, with how many there are. */
  asked(processes: number): void;
  /** @param missed how many were too many to be told before it */
  seen(sighting: Sighting, missed: number): void;
}

/**
 * The watcher's side: tells what every ingest process sees of the camera, until `signal` aborts.
 * @param serial null: of all cameras
 */
export async function watchCameras(
  redis: Redis, serial: string | null, on: Watcher, signal: AbortSignal,
): Promise<void> {
  const watchId = randomUUID();
  const question = JSON.stringify({ watchId, serial: serial === null ? null : serialKey(serial) } satisfies Question);
  const listener = redis.duplicate({ lazyConnect: true });
  try {
    await listener.connect();
    listener.on('message', (_channel, text) => {
      const { sighting, missed } = JSON.parse(text) as Answer;
      on.seen(sighting, missed);
    });
    await listener.subscribe(answering(watchId));
    on.asked(await redis.publish(ASKING, question));
    while (!signal.aborted) {
      await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await redis.publish(ASKING, question);
    }
  } finally {
    listener.disconnect();
  }
}
