import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from '../access/key-ring.ts';

export interface EventStreamParts<T> {
  /** Reads once for all watchers. */
  readonly read: () => Promise<T>;
  /**
   * What a watcher is told of it: the data of each event, as JSON. Only what differs from the last time is sent. The
   * event `fresh` comes along: false while nothing can be read and the others stand as they were.
   */
  readonly eventsFor: (all: T, caller: Caller) => Record<string, string>;
  readonly onError: (error: unknown) => void;
}

export interface EventStream {
  /** False: there are too many watchers already, or of this key. */
  add(response: ServerResponse, caller: Caller): boolean;
  close(): void;
}

/** Those with the same key are told the same. */
interface Audience {
  readonly caller: Caller;
  readonly watchers: Set<ServerResponse>;
  last: Record<string, string>;
  silentMs: number;
}

const WATCHERS_MAX = 500;
/** One key leaves the other half to the others. */
const WATCHERS_OF_KEY_MAX = WATCHERS_MAX / 2;
const LOOK_EVERY_MS = 1_000;
/** Proxies and phones close what stays silent. */
const SIGN_OF_LIFE_MS = 15_000;
/** A watcher that takes in so little is let go; its browser comes again. */
const UNSENT_MAX_BYTES = 1024 * 1024;

/** One reading a second for all watchers, none while nobody watches. A watcher whose key was revoked is sent away. */
export function openEventStream<T>({ read, eventsFor, onError }: EventStreamParts<T>): EventStream {
  const audiences = new Map<string, Audience>();
  const closing = new AbortController();
  let watchers = 0;
  let isLooking = false;

  return {
    add(response, caller) {
      if (watchers >= WATCHERS_MAX || closing.signal.aborted) return false;
      let audience = audiences.get(caller.keyId);
      if (audience !== undefined && audience.watchers.size >= WATCHERS_OF_KEY_MAX) return false;
      if (audience === undefined) {
        audience = { caller, watchers: new Set(), last: {}, silentMs: 0 };
        audiences.set(caller.keyId, audience);
      }
      audience.watchers.add(response);
      watchers++;
      response.on('close', () => {
        watchers--;
        audience.watchers.delete(response);
        if (audience.watchers.size === 0) audiences.delete(caller.keyId);
      });
      response.write(`retry: 2000\n\n${Object.entries(audience.last).map(eventText).join('')}`);
      if (!isLooking) void look();
      return true;
    },
    close() {
      closing.abort();
      for (const audience of audiences.values()) sendAway(audience);
    },
  };

  async function look(): Promise<void> {
    isLooking = true;
    while (watchers > 0 && !closing.signal.aborted) {
      const all = await read().catch((error: unknown) => {
        onError(error);
        return null;
      });
      // Who was sent away meanwhile can be told nothing more.
      if (closing.signal.aborted) break;
      for (const audience of audiences.values()) tell(audience, all);
      await delay(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
    isLooking = false;
  }

  /** @param all null: it could not be read */
  function tell(audience: Audience, all: T | null): void {
    const { caller, last } = audience;
    if (!caller.isValid()) return sendAway(audience);
    const now = all === null ? { ...last, fresh: 'false' } : { ...eventsFor(all, caller), fresh: 'true' };
    const changes = Object.entries(now).filter(([event, data]) => last[event] !== data);
    audience.last = now;
    audience.silentMs = changes.length === 0 ? audience.silentMs + LOOK_EVERY_MS : 0;
    if (changes.length > 0) send(audience, changes.map(eventText).join(''));
    else if (audience.silentMs >= SIGN_OF_LIFE_MS) {
      send(audience, ': still here\n\n');
      audience.silentMs = 0;
    }
  }

  function send(audience: Audience, text: string): void {
    for (const watcher of audience.watchers) {
      if (watcher.writableLength > UNSENT_MAX_BYTES) watcher.destroy();
      else watcher.write(text);
    }
  }
}

/** One that was told to go a second ago and has not taken that in never will. */
function sendAway({ watchers }: Audience): void {
  for (const watcher of watchers) {
    if (watcher.writableEnded) watcher.destroy();
    else watcher.end();
  }
}

function eventText([event, data]: [string, string]): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
