import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { startClickHouseFront } from './front.ts';
import type { ClickHouseFront } from './front.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'bomfri-clickhouse-'));
/** The failures that these tests provoke are no news. */
const log = { level: ClickHouseLogLevel.OFF };
let front: ClickHouseFront;
let client: ClickHouseClient;

before(async () => {
  front = await startClickHouseFront({ port: 0, dataDir });
  client = createClient({ log, url: front.url });
});

after(async () => {
  await client.close();
  await front.close();
  rmSync(dataDir, { recursive: true });
});

async function rows<T>(query: string, query_params?: Record<string, unknown>): Promise<T[]> {
  return (await client.query({ query, query_params, format: 'JSONEachRow' })).json<T>();
}

test('a client pings with and without a query', async () => {
  assert.equal((await client.ping()).success, true);
  assert.equal((await client.ping({ select: true })).success, true);
});

test('values of every type that the warehouse uses come back as they were inserted', async () => {
  await client.command({
    query: `CREATE TABLE types (id UInt32, name LowCardinality(String), note Nullable(String), flag Bool,
            at DateTime64(3, 'UTC'), share Float32, ore Int64, tags Array(LowCardinality(String)))
            ENGINE = MergeTree ORDER BY id`,
  });
  const row = [1, "Åse's \\ \t\n", null, true, 1_700_000_000_123, 0.5, '-9007199254740993', ['a"b', 'c']];
  const inserted = await client.insert({ table: 'types', values: [row], format: 'JSONCompactEachRow' });
  assert.equal(inserted.summary?.written_rows, '1');
  const read = await client.query({
    query: 'SELECT id, name, note, flag, toUnixTimestamp64Milli(at)::Float64, share, ore::String, tags FROM types',
    format: 'JSONCompactEachRow',
  });
  assert.deepEqual(await read.json(), [row]);
});

test('parameters are bound as values, never as text of the statement', async () => {
  const hostile = `x' OR 1=1 -- \\ \t {}`;
  const query = 'SELECT {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(String)} AS none';
  assert.deepEqual(await rows(query, { text: hostile, list: ["a'b", hostile], none: null }), [
    { text: hostile, list: ["a'b", hostile], none: null },
  ]);
});

test('parameters and settings of one request are unknown to the next', async () => {
  await client.query({ query: 'SELECT {x:UInt8}', query_params: { x: 1 }, clickhouse_settings: { max_threads: 1 } });
  await assert.rejects(rows('SELECT {x:UInt8}'), { code: '456' });
  const [{ threads }] = (await rows<{ threads: number }>(`SELECT getSetting('max_threads')::UInt32 AS threads`)) as [
    { threads: number },
  ];
  assert.notEqual(threads, 1);
});

test('an insert with a known deduplication token adds nothing, one with a new token does', async () => {
  await client.command({
    query: `CREATE TABLE once (id UInt32) ENGINE = MergeTree ORDER BY id
            SETTINGS non_replicated_deduplication_window = 1000`,
  });
  for (const token of ['t1', 't1', 't2', 't1', 't2']) {
    await client.insert({
      table: 'once',
      values: [[1], [2]],
      format: 'JSONCompactEachRow',
      clickhouse_settings: { insert_deduplication_token: token, async_insert: 0 },
    });
  }
  assert.deepEqual(await rows('SELECT count()::UInt32 AS n FROM once'), [{ n: 4 }]);
});

test('rows are streamed in, gzipped both ways, into a database that the request names', async () => {
  await client.command({ query: 'CREATE DATABASE other' });
  const compression = { request: true, response: true };
  const other = createClient({ log, url: front.url, database: 'other', compression });
  await other.command({ query: 'CREATE TABLE streamed (id UInt32, text String) ENGINE = MergeTree ORDER BY id' });
  const values = Readable.from(
    (function* () {
      for (let id = 0; id < 20_000; id++) yield { id, text: 'many times the same words '.repeat(20) };
    })(),
  );
  await other.insert({ table: 'streamed', values, format: 'JSONEachRow', columns: ['id', 'text'] });
  const query = 'SELECT count()::UInt32 AS n, sum(length(text))::UInt32 AS bytes FROM streamed';
  const read = await other.query({ query });
  assert.deepEqual((await read.json()).data, [{ n: 20_000, bytes: 20_000 * 520 }]);
  await other.close();
});

test('INSERT ... SELECT and inline values need no body', async () => {
  await client.command({ query: 'CREATE TABLE copied (n UInt32) ENGINE = MergeTree ORDER BY n' });
  await client.command({ query: 'INSERT INTO copied SELECT number FROM numbers(5)' });
  await client.command({ query: 'INSERT INTO copied VALUES (10), (20)' });
  assert.deepEqual(await rows('SELECT sum(n)::UInt32 AS sum FROM copied'), [{ sum: 40 }]);
});

test('an exception keeps its code, its type and its text', async () => {
  await assert.rejects(rows('SELECT 1 FROM nowhere'), (failure) => {
    assert.ok(failure instanceof ClickHouseError);
    assert.equal(failure.code, '60');
    assert.equal(failure.type, 'UNKNOWN_TABLE');
    assert.match(failure.message, /nowhere/);
    return true;
  });
  await assert.rejects(rows('SELEC 1'), { code: '62', type: 'SYNTAX_ERROR' });
  await client.command({ query: 'CREATE TABLE small (n UInt8) ENGINE = MergeTree ORDER BY n' });
  await assert.rejects(client.insert({ table: 'small', values: [['much']], format: 'JSONCompactEachRow' }), {
    code: '27',
  });
  await assert.rejects(
    client.command({ query: 'SELECT 1', clickhouse_settings: { no_such_setting: 1 } as never }),
    { code: '115' },
  );
});

test('curl gets plain text, the exception code in a header, and can change nothing by GET', async () => {
  const get = (query: string): Promise<Response> => fetch(`${front.url}/?query=${encodeURIComponent(query)}`);
  assert.equal(await (await get('SELECT 1, 2')).text(), '1\t2\n');
  assert.equal(await (await fetch(front.url, { method: 'POST', body: 'SELECT 3 FORMAT CSV' })).text(), '3\n');
  assert.equal(await (await fetch(`${front.url}/?query=SELECT`, { method: 'POST', body: '4' })).text(), '4\n');
  const refused = await get('CREATE TABLE by_get (n UInt8) ENGINE = Memory');
  assert.equal(refused.headers.get('x-clickhouse-exception-code'), '164');
  assert.match(await refused.text(), /READONLY/);
  assert.equal((await fetch(`${front.url}/nothing`)).status, 404);
});

test('what this front does not do is refused in words', async () => {
  const withSession = createClient({ log, url: front.url, session_id: 's' });
  await assert.rejects(withSession.command({ query: 'SELECT 1' }), { type: 'NOT_IMPLEMENTED' });
  await withSession.close();
});

test('many statements at once, reads beside inserts, all get their own answers', async () => {
  await client.command({ query: 'CREATE TABLE busy (n UInt32) ENGINE = MergeTree ORDER BY n' });
  const inserts = Array.from({ length: 10 }, (_, i) => {
    const values = Array.from({ length: 1000 }, (_, n) => [i * 1000 + n]);
    return client.insert({ table: 'busy', values, format: 'JSONCompactEachRow' });
  });
  const reads = Array.from({ length: 40 }, (_, i) => rows<{ x: number }>('SELECT {x:UInt32} AS x', { x: i }));
  assert.deepEqual((await Promise.all(reads)).map(([row]) => row?.x), Array.from({ length: 40 }, (_, i) => i));
  await Promise.all(inserts);
  assert.deepEqual(await rows('SELECT count()::UInt32 AS found, max(n) AS newest FROM busy'), [
    { found: 10_000, newest: 9_999 },
  ]);
});

test('a client that breaks off, or sends what can not be read, harms nobody else', async () => {
  const { port } = new URL(front.url);
  const socket = connect(Number(port), '127.0.0.1').resume();
  await once(socket, 'connect');
  socket.end('POST /?query=INSERT+INTO+types+FORMAT+CSV HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n1,');
  await once(socket, 'close');
  const headers = { 'content-encoding': 'gzip' };
  assert.equal((await fetch(front.url, { method: 'POST', headers, body: 'no gzip' })).status, 500);
  assert.equal((await client.ping()).success, true);
});

test('an insert of ten megabytes arrives whole', async () => {
  await client.command({ query: 'CREATE TABLE big (n UInt32, text String) ENGINE = MergeTree ORDER BY n' });
  const lines = Array.from({ length: 50_000 }, (_, n) => `[${n},"${'x'.repeat(200)}"]`).join('\n');
  assert.ok(lines.length > 10_000_000);
  await fetch(`${front.url}/?query=${encodeURIComponent('INSERT INTO big FORMAT JSONCompactEachRow')}`, {
    method: 'POST',
    body: lines,
  });
  assert.deepEqual(await rows('SELECT count()::UInt32 AS n FROM big'), [{ n: 50_000 }]);
});
