import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topics } from '../../topics/topics.ts';
import type { OutBatch } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { AccessSubject } from '../records/records.ts';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { rangeWriter } from '../warehouse/write-range.ts';
import { LookNotLoggedError, openAccessLog, visitsIn, type Look } from './access-log.ts';
import { openAccessQuery, type LookFilter } from './access-query.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const AT = Date.now() - 3_600_000;
const visit = (id: string): AccessSubject => ({ kind: 'visit', id });

let warehouse: TemporaryWarehouse;
const written: OutBatch[] = [];
let minute = 0;
const note = openAccessLog({ append: async (batches) => void written.push(...batches) }, ids, () =>
  AT + 60_000 * minute++);

const looks: Look[] = [
  {
    actor: 'key:k1',
    actorName: 'Torget office',
    view: 'review_evidence',
    garageId: 'g1',
    subjects: [visit('v1'), visit('v2'), visit('v1')],
  },
  { actor: 'user:kari', view: 'explain', garageId: 'g1', subjects: [visit('v3')] },
  {
    actor: 'user:kari',
    view: 'documents_pdf',
    reason: 'asked by letter',
    subjects: [{ kind: 'document', id: 'd1' }, { kind: 'account', id: 'ola' }],
  },
  { actor: 'user:kari', view: 'cameras_watch', subjects: [{ kind: 'camera', id: '' }] },
  { actor: 'user:eva', view: 'vehicle_visits', reason: 'asked by letter', subjects: [] },
];

before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
  for (const look of looks) await note(look);
  await warehouse.client.command({
    query: `INSERT INTO ledger (entryId, accountId, visitId, visitDay) VALUES ('e1', 'ola', 'v2', today()), ('e2', 'eva', 'v3', today())`,
  });
  const write = rangeWriter({
    client: warehouse.client,
    epoch: 'e',
    ids,
    log: { append: async () => assert.fail('a dead letter') },
    observer: { deadLetter() {} },
  });
  const records = written.flatMap((batch) => batch.records).map((record, offset) => ({
    ...record,
    offset,
    headers: null,
  }));
  // Twice, as after a lost answer.
  for (let i = 0; i < 2; i++) {
    await write({ topic: topics.accessLog.name, partition: 0, from: 0, to: records.length, records });
  }
});
after(() => warehouse.close());

const viewsOf = async (filter: LookFilter): Promise<string[]> =>
  (await openAccessQuery(warehouse.client).looks(filter, 10, null)).map(({ view, subjects }) =>
    `${view}: ${subjects.join(', ')}`);

test('a look is written with who, when, what was shown and each subject once', () => {
  const codec = openCodec('AccessLogEntry', ids);
  const { value, timestamp } = written[0]!.records[0]!;
  const { entryId, ...entry } = codec.decode(value!);
  assert.equal(timestamp, AT);
  assert.deepEqual(JSON.parse(JSON.stringify(entry)), {
    at: AT, actor: 'key:k1', actorName: 'Torget office', view: 'review_evidence', reason: '', garageId: 'g1',
    subjects: [visit('v1'), visit('v2')], requestId: '',
  });
  assert.ok(written.every(({ topic }) => topic === topics.accessLog.name));
});

test('a look that can not be written is an error, so that nothing is shown', async () => {
  const away = openAccessLog({ append: () => Promise.reject(new Error('no broker')) }, ids);
  await assert.rejects(away(looks[0]!), LookNotLoggedError);
});

test('a person whom the data is about finds every look at their account, documents and visits, and nobody else\'s', async () => {
  assert.deepEqual(await viewsOf({ accountId: 'ola' }), ['documents_pdf: account ola', 'review_evidence: visit v2']);
  assert.deepEqual(await viewsOf({ accountId: 'eva' }), ['explain: visit v3']);
  assert.deepEqual(await viewsOf({ accountId: 'nobody' }), []);
});

test('an officer lists all looks, of one visit, of one person, since a time, page by page', async () => {
  assert.equal((await viewsOf({})).length, 5, 'those that showed nothing too');
  assert.deepEqual(await viewsOf({ visitId: 'v1' }), ['review_evidence: visit v1']);
  assert.deepEqual(
    (await viewsOf({ actor: 'user:kari', since: AT + 120_000 })).map((text) => text.split(':')[0]),
    ['cameras_watch', 'documents_pdf'],
  );
  const query = openAccessQuery(warehouse.client);
  const [first, second] = await query.looks({}, 2, null);
  const rest = await query.looks({}, 10, second!);
  assert.deepEqual(
    [first!.view, second!.view, ...rest.map(({ view }) => view)],
    ['vehicle_visits', 'cameras_watch', 'documents_pdf', 'explain', 'review_evidence'],
  );
});

test('the visits in what is shown are found wherever they stand', () => {
  const shown = {
    visitId: 'a',
    nested: [{ candidates: [{ visitId: 'b' }, { otherVisitId: 'c', visitId: 'a' }] }],
    visit: null,
  };
  assert.deepEqual(visitsIn(shown), [visit('a'), visit('b'), visit('c')]);
});
