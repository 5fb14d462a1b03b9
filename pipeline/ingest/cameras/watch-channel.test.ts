import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Redis } from 'ioredis';
import type { Sighting, WatchedEvent } from './watch.ts';
import { openWatchTeller, watchCameras } from './watch-channel.ts';

/** As much of Redis as passes messages on, in one process. */
function fakeRedis(): Redis {
  const channels = new EventEmitter();
  const connection = (): unknown => {
    const self = Object.assign(new EventEmitter(), {
      duplicate: connection,
      connect: async () => {},
      disconnect: () => channels.removeAllListeners(),
      subscribe: async (channel: string) => void channels.on(channel, (text) => self.emit('message', channel, text)),
      async publish(channel: string, text: string) {
        channels.emit(channel, text);
        return channels.listenerCount(channel);
      },
    });
    setImmediate(() => self.emit('ready'));
    return self;
  };
  return connection() as Redis;
}

function event(serial: string): WatchedEvent {
  return {
    format: 'axis', at: 0, outcome: 'held', why: 'no garage names this serial', place: null, read: null,
    event: {
      serial, eventId: '', capturedAt: { instant: 0 }, plate: 'EK12345',
      country: 'NO', confidence: 1, candidates: [], direction: null,
      isBackfill: false, original: '',
    },
  };
}

/** What a watcher of this camera is shown of what `send` sends once it watches. */
async function watched(serial: string | null, send: (told: (event: WatchedEvent) => void) => void) {
  const redis = fakeRedis();
  const teller = openWatchTeller(redis);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const stopping = new AbortController();
  const seen: { sighting: Sighting; missed: number }[] = [];
  let processes = -1;
  await watchCameras(redis, serial, {
    asked(count) {
      processes = count;
      send(teller.told);
      stopping.abort();
    },
    seen: (sighting, missed) => void seen.push({ sighting, missed }),
  }, stopping.signal);
  return { seen, processes };
}

test('who watches a camera is shown its events, however it writes its serial, and no other\'s', async () => {
  const { seen, processes } = await watched('ac:cc:8e:d3:29:0d', (told) => {
    told(event('ACCC8ED3290D'));
    told(event('OTHER'));
    told({ ...event('OTHER'), event: null });
  });
  assert.equal(processes, 1);
  assert.deepEqual(seen.map(({ sighting }) => sighting.serial), ['ACCC8ED3290D']);
});

test('who watches all cameras is also shown what could not be read', async () => {
  const { seen } = await watched(null, (told) => {
    told(event('A'));
    told({ ...event('B'), event: null, outcome: 'unreadable' });
  });
  assert.deepEqual(seen.map(({ sighting }) => sighting.serial), ['A', null]);
});

test('a flood is shown in part', async () => {
  const { seen } = await watched(null, (told) => {
    for (let i = 0; i < 10_000; i++) told(event(`S-${i}`));
  });
  assert(seen.length >= 50 && seen.length < 1_000, `${seen.length} are shown`);
});

test('while nobody watches nothing is passed on, and questions that are none are ignored', async () => {
  const redis = fakeRedis();
  let published = 0;
  const publish = redis.publish.bind(redis);
  redis.publish = ((channel: string, text: string) => {
    published += 1;
    return publish(channel, text);
  }) as typeof redis.publish;
  const teller = openWatchTeller(redis);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  for (const text of ['', '7', 'null', '{}', '{"watchId":7,"serial":null}']) {
    await publish('bomfri:cameras:watch', text);
  }
  teller.told(event('A'));
  assert.equal(published, 0);
});
