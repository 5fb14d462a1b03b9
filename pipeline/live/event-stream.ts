import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What watchers are told: the data of each event, as JSON. Only what differs from the last time is sent. The event
 * `fresh` comes along: false while the others can't be read and stand as they were.
 */
export type ReadEvents = () => Promise<Record<string, string>>;

export interface EventStream {
  /** False: there are too many watchers already. */
  add(response: ServerResponse): boolean;
  close(): void;
}

const WATCHERS_MAX = 500;
const LOOK_EVERY_MS = 1_000;
/** Proxies and phones close what stays silent. */
const SIGN_OF_LIFE_MS = 15_000;
/** A watcher that takes in so little is let go; its browser comes again. */
const UNSENT_MAX_BYTES = 1024 * 1024;

/** One reading a second for all watchers, none while nobody watches. */
export function openEventStream(read: ReadEvents, onError: (error: unknown) => void): EventStream {
  const watchers = new Set<ServerResponse>();
  const closing = new AbortController();
  let last: Record<string, string> = {};
  let isLooking = false;

  return {
    add(response) {
      if (watchers.size >= WATCHERS_MAX || closing.signal.aborted) return false;
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
      response.write(`retry: 2000\n\n${Object.entries(last).map(eventText).join('')}`);
      if (!isLooking) void look();
      return true;
    },
    close() {
      closing.abort();
      for (const watcher of watchers) watcher.end();
    },
  };

  async function look(): Promise<void> {
    isLooking = true;
    let silentMs = 0;
    while (watchers.size > 0 && !closing.signal.aborted) {
      const changes = await changed();
      silentMs = changes === '' ? silentMs + LOOK_EVERY_MS : 0;
      if (changes !== '') send(changes);
      else if (silentMs >= SIGN_OF_LIFE_MS) {
        send(': still here\n\n');
        silentMs = 0;
      }
      await delay(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
    isLooking = false;
  }

  async function changed(): Promise<string> {
    let now: Record<string, string>;
    try {
      now = { ...(await read()), fresh: 'true' };
    } catch (error) {
      onError(error);
      now = { ...last, fresh: 'false' };
    }
    const changes = Object.entries(now).filter(([event, data]) => last[event] !== data);
    last = now;
    return changes.map(eventText).join('');
  }

  function send(text: string): void {
    for (const watcher of watchers) {
      if (watcher.writableLength > UNSENT_MAX_BYTES) watcher.destroy();
      else watcher.write(text);
    }
  }
}

function eventText([event, data]: [string, string]): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
