import { randomUUID } from 'node:crypto';
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
    else if (watches.size < WATCHES_MAX) watches.set(question.watchId, { ...question, untilMs, secondStartedMs: 0, toldInSecond: 0 });
  });
  return {
    told(event) {
      if (watches.size === 0) return;
      const nowMs = performance.now();
      for (const [watchId, watch] of watches) {
        if (watch.untilMs < nowMs) watches.delete(watchId);
        else if (isMeant(watch, event) && mayTell(watch, nowMs)) {
          redis.publish(answering(watchId), JSON.stringify(sightingOf(event))).catch(() => {});
        }
      }
    },
    close: () => listener.disconnect(),
  };
}

function isMeant({ serial }: Question, { event }: WatchedEvent): boolean {
  return serial === null || (event !== null && serialKey(event.serial) === serial);
}

function mayTell(watch: Watch, nowMs: number): boolean {
  if (nowMs - watch.secondStartedMs >= 1_000) {
    watch.secondStartedMs = nowMs;
    watch.toldInSecond = 0;
  }
  watch.toldInSecond += 1;
  return watch.toldInSecond <= TOLD_A_SECOND_MAX;
}

function questionIn(text: string): Question | null {
  try {
    const { watchId, serial } = JSON.parse(text) as { watchId?: unknown; serial?: unknown };
    if (typeof watchId !== 'string' || watchId.length > 64 || (typeof serial !== 'string' && serial !== null)) return null;
    return { watchId, serial };
  } catch {
    return null;
  }
}

/**
 * The watcher's side: tells what every ingest process sees of the camera, until `signal` aborts.
 * @param serial null: of all cameras
 * @param asked called once ingest processes have been asked for the first time, with how many there are
 */
export async function watchCameras(
  redis: Redis, serial: string | null, on: { asked(processes: number): void; seen(sighting: Sighting): void }, signal: AbortSignal,
): Promise<void> {
  const watchId = randomUUID();
  const question = JSON.stringify({ watchId, serial: serial === null ? null : serialKey(serial) } satisfies Question);
  const listener = redis.duplicate({ lazyConnect: true });
  try {
    await listener.connect();
    listener.on('message', (_channel, text) => on.seen(JSON.parse(text) as Sighting));
    await listener.subscribe(answering(watchId));
    on.asked(await redis.publish(ASKING, question));
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ASK_EVERY_MS);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
      if (!signal.aborted) await redis.publish(ASKING, question);
    }
  } finally {
    listener.disconnect();
  }
}
