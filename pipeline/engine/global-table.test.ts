import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UndecodableError, UnknownWriterError, type Codec } from '../records/codec.ts';
import { openGlobalTable } from './global-table.ts';
import type { OutRecord } from './log.ts';
import { inCluster, type Client } from './simulation/in-cluster.ts';
import { quietLogger } from './simulation/quiet-logger.ts';

const AT = { topic: 'garages', partition: 0 };

test('a table is open once all that the topic holds is in it', async () => {
  await inCluster({ garages: 1 }, async ({ cluster, openClient }) => {
    for (let i = 0; i < 50; i++) cluster.append(AT, [entry(`g${i % 7}`, `v${i}`)]);
    cluster.append(AT, [entry('g0', null)]);
    const table = await open(openClient('reader'));
    assert.equal(table.version, 51);
    assert.deepEqual(Object.fromEntries(table.entries()), {
      g1: 'v43', g2: 'v44', g3: 'v45', g4: 'v46', g5: 'v47', g6: 'v48',
    });
    await table.close();
  });
});

test('a change reaches the table, those who wait for its version, and those who listen', async () => {
  await inCluster({ garages: 1 }, async ({ cluster, openClient }) => {
    cluster.append(AT, [entry('g1', 'old')]);
    const table = await open(openClient('reader'));
    const heard: [string, string | undefined][] = [];
    table.onChange((key, value) => heard.push([key, value]));
    const reached = table.reached(3);
    cluster.append(AT, [entry('g1', 'new')]);
    cluster.append(AT, [entry('g2', null)]);
    await reached;
    assert.equal(table.get('g1'), 'new');
    assert.deepEqual(heard, [['g1', 'new'], ['g2', undefined]]);
    await table.close();
  });
});

test('who waits for a version is told when the table closes before', async () => {
  await inCluster({ garages: 1 }, async ({ openClient }) => {
    const table = await open(openClient('reader'));
    const refused = assert.rejects(table.reached(1), /table garages is closed/);
    await table.close();
    await refused;
    await assert.rejects(table.reached(1), /table garages is closed/);
  });
});

test('a table follows on after lost answers', async () => {
  await inCluster({ garages: 1 }, async ({ cluster, openClient }) => {
    const table = await open(openClient('reader'));
    let lost = 0;
    cluster.faults = (call) => call === 'fetch answer' && lost++ < 5;
    cluster.append(AT, [entry('g1', 'v')]);
    await table.reached(1);
    assert.equal(table.get('g1'), 'v');
    await table.close();
  });
});

test('a record that can not be decoded leaves the former value, and all others', async () => {
  await inCluster({ garages: 1 }, async ({ cluster, openClient }) => {
    cluster.append(AT, [entry('g1', 'good'), entry('g1', 'broken'), entry('g2', 'good')]);
    const table = await open(openClient('reader'));
    assert.deepEqual(Object.fromEntries(table.entries()), { g1: 'good', g2: 'good' });
    assert.equal(table.version, 3);
    await table.close();
  });
});

test('a new writer schema is learnt', async () => {
  await inCluster({ garages: 1 }, async ({ cluster, openClient }) => {
    cluster.append(AT, [entry('g1', 'new schema')]);
    const table = await open(openClient('reader'));
    assert.equal(table.get('g1'), 'new schema');
    await table.close();
  });
});

test('a table topic has one partition', async () => {
  await inCluster({ garages: 2 }, async ({ openClient }) => {
    await assert.rejects(open(openClient('reader')), /garages has 2 partitions, but must have one/);
  });
});

const open = ({ log, clock }: Client) => (
  openGlobalTable({ log, clock, topic: 'garages', codec: textCodec(), logger: quietLogger })
);

function textCodec(): Codec<string> {
  let learnt = false;
  return {
    encode: (value) => Buffer.from(value),
    encodeTo: (value, slab) => slab.appendText(value),
    decode(bytes) {
      const text = bytes.toString();
      if (text === 'broken') throw new UndecodableError('broken');
      if (text === 'new schema' && !learnt) {
        throw new UnknownWriterError(2, async () => {
          learnt = true;
        });
      }
      return text;
    },
  };
}

const entry = (key: string, value: string | null): OutRecord => (
  { key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp: 0 }
);
