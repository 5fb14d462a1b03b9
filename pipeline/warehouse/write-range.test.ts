import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { topics } from '../../topics/topics.ts';
import type { Log, LogRecord, OutBatch } from '../engine/log.ts';
import type { SinkRange } from '../engine/sink.ts';
import { openCodec, schemaText, UndecodableError } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import type {
  Charge, Disposition, Irregularity, LedgerEntry, Occupancy, Visit, VisitStatus,
} from '../records/records.ts';
import { beginEpoch, epochToContinue, presentEpoch } from './epoch.ts';
import { migrate } from './migrate.ts';
import { openTemporaryWarehouse } from './temporary-warehouse.ts';
import type { TemporaryWarehouse } from './temporary-warehouse.ts';
import { rangeWriter } from './write-range.ts';

const TABLES = ['visits', 'irregularities', 'occupancy', 'charges', 'dispositions', 'documents'];
let warehouse: TemporaryWarehouse;
let epochs = 0;
let deadLetters: OutBatch[];

before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
  // What ClickHouse merges by itself, and when, must make no difference to what these tests see.
  await warehouse.client.command({ query: 'SYSTEM STOP MERGES' });
  // They lose no power, and need not wait for the disk.
  for (const table of TABLES) {
    const query = `ALTER TABLE ${table} MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0`;
    await warehouse.client.command({ query });
  }
});
after(() => warehouse.close());

beforeEach(async () => {
  deadLetters = [];
  for (const table of TABLES) {
    await warehouse.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

const OLD_WRITER = 99;
const ids: SchemaIds = {
  own: () => 1,
  fetch: async (id) => {
    if (id !== OLD_WRITER) throw new UndecodableError(`no schema has the id ${id}`);
    const schema = JSON.parse(schemaText('Visit')) as { fields: { name: string }[] };
    return JSON.stringify({ ...schema, fields: schema.fields.filter(({ name }) => name !== 'rulesVersion') });
  },
};
const visitCodec = openCodec('Visit', ids);

function openWriter(epoch = `test-${++epochs}`): (range: SinkRange) => Promise<void> {
  return rangeWriter({
    client: warehouse.client,
    epoch,
    ids,
    log: { append: async (batches) => void deadLetters.push(...batches) },
    observer: { deadLetter() {} },
  });
}

function logRecord(offset: number, value: Buffer | null): LogRecord {
  return { offset, key: null, value, timestamp: 0, headers: null };
}

function rangeOf(topic: string, values: readonly (Buffer | null)[], from = 0, partition = 0): SinkRange {
  const records = values.map((value, i) => logRecord(from + i, value));
  // The offset behind the last record is a transaction's marker.
  return { topic, partition, from, to: from + values.length + 1, records };
}

const MINUTE = 60_000;
const SEEN = Date.UTC(2026, 8, 1, 12);

function visit(change: Partial<Visit> = {}): Visit {
  return {
    visitId: 'v1', revision: 1, status: 'closed', operatorId: 'op', garageId: 'g1', plate: 'AB12345', country: 'NO',
    plateRead: true, entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: SEEN, enteredAt: SEEN,
    exitedAt: SEEN + 110 * MINUTE, matchConfidence: 1, flags: [], rulesVersion: 1, ...change,
  };
}

const visitRange = (visits: readonly Visit[], from = 0, partition = 0): SinkRange =>
  rangeOf(topics.visits.name, visits.map((each) => visitCodec.encode(each)), from, partition);

test('a visit corrected from 110 to 130 minutes counts 130, whichever revision came last', async () => {
  for (const order of [[1, 2], [2, 1]]) {
    const write = openWriter();
    for (const [i, revision] of order.entries()) {
      const minutes = revision === 1 ? 110 : 130;
      await write(visitRange([visit({ revision, exitedAt: SEEN + minutes * MINUTE })], i * 10));
    }
    assert.deepEqual(await totals(), { visits: 1, minutes: 130 });
    await warehouse.client.command({ query: 'TRUNCATE TABLE visits' });
  }
});

test('a withdrawn visit is not seen, nor a lower revision of it that comes later', async () => {
  const write = openWriter();
  const other = visit({ visitId: 'v2', exitedAt: null });
  await write(visitRange([visit(), visit({ revision: 3, status: 'withdrawn' }), other]));
  await write(visitRange([visit({ revision: 2 })], 10));
  assert.deepEqual(await warehouse.select('SELECT visitId, minutesParked FROM visits_current'), [
    { visitId: 'v2', minutesParked: null },
  ]);
});

test('a range written again adds no row, though its rows are spread over 110 monthly partitions', async () => {
  const write = openWriter();
  const months = Array.from({ length: 110 }, (_, month) =>
    visit({ visitId: `v${month}`, firstSeenAt: Date.UTC(2020, month, 1) }),
  );
  await write(visitRange(months));
  await write(visitRange([visit()], 500));
  const before = await rowCount('visits');
  await write(visitRange(months));
  await openWriter(`test-${epochs}`)(visitRange(months));
  assert.equal(await rowCount('visits'), before);
  assert.equal(before, 111);
});

test('a range of more than ten megabytes is one insert under one token', async () => {
  const write = openWriter();
  const many = Array.from({ length: 25_000 }, (_, i) => visit({ visitId: `v${i}`, entryReadId: 'r'.repeat(300) }));
  await write(visitRange(many));
  await write(visitRange(many));
  assert.equal(await rowCount('visits'), 25_000);
  const parts = `SELECT count() AS parts FROM system.parts WHERE active AND table = 'visits'`;
  assert.deepEqual(await warehouse.select(parts), [{ parts: 1 }]);
});

const statuses: readonly VisitStatus[] = ['open', 'closed', 'review', 'withdrawn'];
const histories = fc.array(
  fc.record({
    garage: fc.integer({ min: 0, max: 2 }),
    firstSeenAt: fc.integer({ min: SEEN, max: SEEN + 90 * 24 * 60 * MINUTE }),
    revisions: fc.array(fc.record({ minutes: fc.nat(500), status: fc.constantFrom(...statuses) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  { minLength: 1, maxLength: 15 },
);

test('totals never count a visit twice, whatever is retried, by whom, and in which order', async () => {
  await fc.assert(fc.asyncProperty(histories, fc.infiniteStream(fc.nat(99)), async (stays, dice) => {
    const roll = (sides: number): number => dice.next().value % sides;
    const revisionsOf = stays.map(({ garage, firstSeenAt, revisions }, i) =>
      revisions.map(({ minutes, status }, r) => visit({
        visitId: `v${i}`, revision: r + 1, status, garageId: `g${garage}`, firstSeenAt, enteredAt: firstSeenAt,
        exitedAt: firstSeenAt + minutes * MINUTE, plate: `"${i}\n`,
      })),
    );
    const expected = revisionsOf.map((revisions) => revisions.at(-1)!).filter(({ status }) => status !== 'withdrawn');

    const ranges = revisionsOf.flatMap((revisions, partition) =>
      revisions.map((each, i) => visitRange([each], i * 10, partition)),
    );
    // Partitions overtake each other; a crash repeats a range, sometimes after others were written.
    let epoch = `test-${++epochs}`;
    let unsure: SinkRange[] = [];
    for (const range of ranges.sort((a, b) => a.from - b.from || a.partition - b.partition)) {
      for (let times = 1 + roll(2); times > 0; times--) await openWriter(epoch)(range);
      if (roll(3) === 0) unsure.push(range);
      if (roll(5) === 0) {
        for (const again of unsure) await openWriter(epoch)(again);
        unsure = [];
      }
    }
    const before = await rowCount('visits');
    for (const again of unsure) await openWriter(epoch)(again);
    assert.equal(await rowCount('visits'), before, 'a repeated range adds no row');
    assert.equal(before, ranges.length, 'each revision stands once');

    if (roll(2) === 0) {
      epoch = `test-${++epochs}`;
      for (const range of ranges) await openWriter(epoch)(range);
    }
    assert.deepEqual(await totals(), {
      visits: expected.length,
      minutes: expected.reduce((sum, { enteredAt, exitedAt }) => sum + (exitedAt! - enteredAt!) / MINUTE, 0),
    });
    await warehouse.client.command({ query: 'TRUNCATE TABLE visits' });
  }), { numRuns: 6 });
});

test('dispositions are kept by the same rules: by disposition they sum to the closed visits', async () => {
  const write = openWriter();
  const disposition: Disposition = {
    visitId: 'v1', revision: 1, status: 'live', disposition: 'awaiting_payment',
    reason: '', operatorId: 'op', garageId: 'g1', firstSeenAt: SEEN,
    enteredAt: SEEN, exitedAt: SEEN + MINUTE, accountId: '', permitId: '',
    permitKind: '', grossMinor: 1_000, vatMinor: 200, paidMinor: 0,
    currency: 'NOK', tariffVersion: 't1', payableUntil: SEEN + 2 * MINUTE,
  };
  const codec = openCodec('Disposition', ids);
  await write(rangeOf(topics.dispositions.name, [
    codec.encode(disposition),
    codec.encode({ ...disposition, revision: 2, disposition: 'paid_elsewhere', paidMinor: 1_000, payableUntil: null }),
    codec.encode({
      ...disposition, visitId: 'v2', disposition: 'review',
      reason: 'entry_unknown', enteredAt: null, payableUntil: null,
    }),
    codec.encode({ ...disposition, visitId: 'v3' }),
    codec.encode({ ...disposition, visitId: 'v3', revision: 2, status: 'withdrawn' }),
  ]));
  assert.deepEqual(await warehouse.select('SELECT disposition, count() AS visits, sum(paidMinor) AS paid FROM dispositions_current GROUP BY disposition ORDER BY disposition'), [
    { disposition: 'paid_elsewhere', visits: 1, paid: 1_000 },
    { disposition: 'review', visits: 1, paid: 0 },
  ]);
});

test('charges and irregularities are kept by the same rules, a charge with its lines', async () => {
  const write = openWriter();
  const line = { operatorId: 'op', visitDay: '2026-09-01', entryId: '' };
  const charge: Charge = {
    chargeId: 'c1', revision: 1, status: 'pending', accountId: 'a1', billingDay: '2026-09-02', merchant: 'm',
    currency: 'NOK', grossMinor: 4_000, vatMinor: 800, nextAttemptDay: '2026-09-04', attempts: 1,
    history: [
      { status: 'pending', at: SEEN, code: '', attempt: 0 },
      { status: 'charged', at: SEEN + 1, code: '', attempt: 1 },
    ],
    allocations: [{ operatorId: 'op', grossMinor: 4_000, vatMinor: 800 }],
    lines: [
      { ...line, lineId: 'l1', visitId: 'v1', garageId: 'g1', grossMinor: 7_500, vatMinor: 1_500 },
      { ...line, lineId: 'l2', visitId: 'v2', garageId: 'g2', grossMinor: -3_500, vatMinor: -700 },
    ],
  };
  const chargeCodec = openCodec('Charge', ids);
  const charges = rangeOf(topics.charges.name, [
    chargeCodec.encode(charge),
    chargeCodec.encode({ ...charge, revision: 2, status: 'charged' }),
  ]);
  const irregularity: Irregularity = {
    irregularityId: 'i1', revision: 1, status: 'open', type: 'missed_exit', operatorId: 'op', garageId: 'g1',
    at: SEEN, cameraId: null, readIds: ['r1'], visitIds: [], severity: 'warning', action: 'left the stay "open"',
  };
  const irregularityCodec = openCodec('Irregularity', ids);
  const irregularities = rangeOf(topics.irregularities.name, [
    irregularityCodec.encode(irregularity),
    irregularityCodec.encode({ ...irregularity, revision: 2, at: SEEN + 40 * 24 * 60 * MINUTE, status: 'resolved' }),
    irregularityCodec.encode({ ...irregularity, irregularityId: 'i2', revision: 2, status: 'withdrawn' }),
  ]);
  for (let times = 0; times < 2; times++) {
    await write(charges);
    await write(irregularities);
  }
  assert.deepEqual(await warehouse.select('SELECT chargeId, status, grossMinor FROM charges_current'), [
    { chargeId: 'c1', status: 'charged', grossMinor: 4_000 },
  ]);
  assert.deepEqual(
    await warehouse.select('SELECT garageId, status, grossMinor, vatMinor FROM charge_lines_current ORDER BY lineId'),
    [
      { garageId: 'g1', status: 'charged', grossMinor: 7_500, vatMinor: 1_500 },
      { garageId: 'g2', status: 'charged', grossMinor: -3_500, vatMinor: -700 },
    ],
  );
  assert.deepEqual(await warehouse.select(
    'SELECT operatorId, grossMinor, toUnixTimestamp64Milli(chargedAt) AS at FROM settled_allocations',
  ), [
    { operatorId: 'op', grossMinor: 4_000, at: SEEN + 1 },
  ]);
  assert.deepEqual(await warehouse.select('SELECT irregularityId, status, cameraId FROM irregularities_current'), [
    { irregularityId: 'i1', status: 'resolved', cameraId: null },
  ]);
});

test('how many are inside is kept once, whatever is written again; of two told at one instant the later', async () => {
  const codec = openCodec('Occupancy', ids);
  const told: Occupancy = {
    garageId: 'g1', operatorId: 'op', at: SEEN, inside: 12.25, openVisits: 15, countedAt: null,
  };
  const range = rangeOf(topics.occupancy.name, [
    codec.encode(told),
    codec.encode({ ...told, inside: 14, countedAt: SEEN }),
    codec.encode({ ...told, at: SEEN + 15 * MINUTE, inside: 11.5, openVisits: 12, countedAt: SEEN }),
  ]);
  const write = openWriter();
  for (let times = 0; times < 2; times++) await write(range);
  assert.deepEqual(await warehouse.select('SELECT count() AS n FROM occupancy'), [{ n: 3 }]);
  assert.deepEqual(await warehouse.select(
    'SELECT inside, openVisits, toUnixTimestamp64Milli(countedAt) AS countedAt FROM occupancy FINAL ORDER BY at',
  ), [
    { inside: 14, openVisits: 15, countedAt: SEEN }, { inside: 11.5, openVisits: 12, countedAt: SEEN },
  ]);
  assert.deepEqual(
    await warehouse.select(`SELECT * FROM likely_inside(at = toDateTime(${SEEN / 1000 + 60}))`),
    [{ garageId: 'g1', inside: 14 }],
  );
});

test('ledger entries and bank payments are kept by the same rules', async () => {
  const write = openWriter();
  const ledgerCodec = openCodec('LedgerEntry', ids);
  const entry: LedgerEntry = {
    entryId: 'l1~1', revision: 1, lineId: 'l1', accountId: 'a1',
    operatorId: 'op', visitId: 'v1', garageId: 'g1', visitDay: '2026-09-01',
    currency: 'NOK', grossMinor: -500, vatMinor: -100, owner: 'open', ownerId: '', status: 'pending', at: SEEN,
  };
  await write(rangeOf(topics.ledger.name, [
    ledgerCodec.encode(entry),
    ledgerCodec.encode({ ...entry, revision: 2, owner: 'captured', ownerId: 'c1', status: 'charged' }),
  ]));
  assert.deepEqual(await warehouse.select('SELECT entryId, owner, ownerId, grossMinor FROM ledger_current'), [
    { entryId: 'l1~1', owner: 'captured', ownerId: 'c1', grossMinor: -500 },
  ]);
  const payment = openCodec('MatchedPayment', ids).encode({
    reference: 'b1', kid: '00000000018', amountMinor: 10, currency: 'NOK',
    bookedOn: '2026-09-01', fate: 'unknown_kid', accountId: '', invoiceId: '',
    matchedMinor: 0, surplusMinor: 10, at: SEEN,
  });
  await write(rangeOf(topics.matchedPayments.name, [payment]));
  assert.deepEqual(
    await warehouse.select('SELECT fate, surplusMinor FROM bank_payments'),
    [{ fate: 'unknown_kid', surplusMinor: 10 }],
  );
});

test('what no row can be made of becomes a dead letter with its bytes; the rest of the range is kept', async () => {
  const write = openWriter();
  const old = visitCodec.encode(visit({ visitId: 'old' }));
  old.writeInt32BE(OLD_WRITER, 1);
  // An older writer left out the last field, whose one byte stands at the end.
  const written = Buffer.from(old.subarray(0, -1));
  const unknown = visitCodec.encode(visit({ visitId: 'unknown' }));
  unknown.writeInt32BE(5, 1);
  const far = visitCodec.encode(visit({ visitId: 'far', firstSeenAt: Date.UTC(2300, 0, 1) }));
  const junk = Buffer.from('junk');
  await write(rangeOf(topics.visits.name, [visitCodec.encode(visit()), junk, null, unknown, far, written]));

  assert.deepEqual(await warehouse.select('SELECT visitId, rulesVersion FROM visits_current ORDER BY visitId'), [
    { visitId: 'old', rulesVersion: 1 }, { visitId: 'v1', rulesVersion: 1 },
  ]);
  const letters = deadLetters.flatMap(({ topic, records }) => {
    assert.equal(topic, topics.deadLetters.name);
    return records;
  });
  assert.deepEqual(letters.map(({ value }) => value), [junk, null, unknown, far]);
  assert.deepEqual(letters.map(({ headers }) => headers!['bomfri.reason']!.toString()), [
    'undecodable', 'tombstone', 'undecodable', 'unfit_value',
  ]);
  assert.deepEqual(letters.map(({ headers }) => headers!['bomfri.offset']!.toString()), ['1', '2', '3', '4']);
});

test('rows are not acknowledged when their dead letters could not be written', async () => {
  const write = rangeWriter({
    client: warehouse.client, epoch: `test-${++epochs}`, ids,
    log: { append: () => Promise.reject(new Error('the log is away')) }, observer: { deadLetter() {} },
  });
  await assert.rejects(write(rangeOf(topics.visits.name, [Buffer.from('junk')])), /the log is away/);
});

test('a dropped table is told of in words that help', async () => {
  await warehouse.client.command({ query: 'RENAME TABLE visits TO elsewhere' });
  await assert.rejects(openWriter()(visitRange([visit()])), /bomfri warehouse rebuild/);
  await warehouse.client.command({ query: 'RENAME TABLE elsewhere TO visits' });
});

test('an error of an insert names the table and never a plate', async () => {
  const plate = 'NEVERLOGGED';
  await warehouse.client.command({ query: 'RENAME TABLE visits TO elsewhere' });
  await warehouse.client.command({ query: 'CREATE TABLE visits AS elsewhere' });
  await warehouse.client.command({ query: 'ALTER TABLE visits ADD CONSTRAINT picky CHECK length(plate) < 5' });
  await assert.rejects(openWriter()(visitRange([visit({ plate })])), (error: Error) => {
    assert.match(error.message, /into visits failed: ClickHouse refused with VIOLATED_CONSTRAINT/);
    assert.ok(!`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`.includes(plate));
    return true;
  });
  await warehouse.client.command({ query: 'DROP TABLE visits' });
  await warehouse.client.command({ query: 'RENAME TABLE elsewhere TO visits' });
});

test('the epoch is the one that began last, and is not gone on with where Kafka knows nothing of it', async () => {
  assert.equal(await presentEpoch(warehouse.client), null);
  const first = await beginEpoch(warehouse.client, 'first start', new Date(SEEN));
  assert.equal(await presentEpoch(warehouse.client), first);
  const second = await beginEpoch(warehouse.client, 'rebuild', new Date(SEEN + 1));
  assert.notEqual(second, first);
  assert.equal(await presentEpoch(warehouse.client), second);

  const logWithOffset = (offset: number | null): Pick<Log, 'partitionCounts' | 'groupOffsets'> => ({
    partitionCounts: async (names) => new Map(names.map((name) => [name, 1])),
    groupOffsets: async (group, partitions) => {
      assert.equal(group, `bomfri-warehouse-${second}`);
      return partitions.map((at, i) => ({ ...at, offset: i === 0 ? offset : null, metadata: '' }));
    },
  });
  assert.equal(await epochToContinue(warehouse.client, logWithOffset(12)), second);
  assert.equal(await epochToContinue(warehouse.client, logWithOffset(null)), null);
});

async function totals(): Promise<{ visits: number; minutes: number }> {
  const [row] = await warehouse.select<{ visits: number; minutes: number }>(
    'SELECT count() AS visits, ifNull(sum(minutesParked), 0) AS minutes FROM visits_current',
  );
  return row!;
}

async function rowCount(table: string): Promise<number> {
  const [row] = await warehouse.select<{ n: number }>(`SELECT count() AS n FROM ${table}`);
  return row!.n;
}
