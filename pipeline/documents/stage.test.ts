import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { TestCharges } from '../charges/test-charges.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import { unobserved } from '../engine/observer.ts';
import { Outputs } from '../engine/outputs.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { runStage } from '../engine/runner.ts';
import { inCluster, type Client } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { RejectedError } from '../engine/stage.ts';
import { TaskState } from '../engine/state.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Sale, SalesDocument } from '../records/records.ts';
import { documentsStage } from './stage.ts';
import { AT, operatorOf, sale, saleLine } from './test-documents.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const saleCodec = openCodec('Sale', ids);
const documentCodec = openCodec('SalesDocument', ids);
const DAY_MS = 86_400_000;

interface Timed {
  readonly sale: Sale;
  readonly timestamp: number;
}

/**
 * Runs sales of partition 0 through the stage, with a new owner restored from the changelog before
 * each of the given positions.
 */
function number(log: readonly (Sale | Timed)[], takeovers: ReadonlySet<number> = new Set()) {
  const changelog = new RecordBlock();
  const out = new Outputs();
  const begin = () => {
    const state = new TaskState();
    const task = documentsStage({ ids }).openTask(0, state);
    for (const { key, value } of changelog) state.restore(key!, value);
    return { state, task };
  };
  let owner = begin();
  const reasons: string[] = [];
  log.forEach((entry, offset) => {
    if (takeovers.has(offset)) owner = begin();
    const { sale: sold, timestamp } = 'sale' in entry ? entry : { sale: entry, timestamp: AT };
    const record = { key: null, value: saleCodec.encode(sold), timestamp, offset, headers: null };
    owner.state.mark();
    out.mark();
    try {
      owner.task.apply({ topic: topics.sales.name, record, monotonicMs: 0 }, out);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      reasons.push(error.reason);
      owner.state.undo();
      out.undo();
    }
    owner.state.settle(changelog, 0);
  });
  const values = out.batches().flatMap(({ records }) => Array.from(records, ({ value }) => value!));
  return { values, documents: values.map((value) => documentCodec.decode(value)), reasons, state: owner.state };
}

const numbersOf = (documents: readonly SalesDocument[]): string[] =>
  documents.map((each) => `${each.documentId} ${each.number}`);

test('receipts, invoices and credit notes of an operator are numbered in one series, each operator\'s from 1', () => {
  const other = operatorOf(0, 1);
  const { documents } = number([
    sale({ saleId: 'a' }), sale({ saleId: 'b', operatorId: other }),
    sale({ saleId: 'c', kind: 'invoice', dueDay: '2026-06-16' }),
    sale({ saleId: 'd', kind: 'credit_note', originalSaleId: 'a', lines: [saleLine(1, { grossMinor: -3_500 })] }),
    sale({ saleId: 'e', operatorId: other }),
  ]);
  assert.deepEqual(numbersOf(documents), ['a 1', 'b 1', 'c 2', 'd 3', 'e 2']);
  assert.ok(documents.every(({ series, revision }) => series === 'sales' && revision === 1));
});

test('a sale that comes again makes no second document', () => {
  assert.deepEqual(
    numbersOf(number([sale(), sale(), sale({ saleId: 'b' }), sale()], new Set([1, 3])).documents),
    ['sale-1 1', 'b 2'],
  );
});

test('another sale under the id of one that has a document is refused: documents never change', () => {
  const { documents, reasons } = number([
    sale(), sale({ lines: [saleLine(1, { grossMinor: 4_000 })] }), sale({ saleId: 'b' }),
  ]);
  assert.deepEqual(numbersOf(documents), ['sale-1 1', 'b 2']);
  assert.deepEqual(reasons, ['changed_sale']);
});

test('a credit note names the number of its original, and one without an original is refused and takes no number', () => {
  const back = { kind: 'credit_note', lines: [saleLine(1, { grossMinor: -3_500 })] } as const;
  const { documents, reasons } = number([
    sale({ saleId: 'a' }), sale({ saleId: 'b' }), sale({ ...back, saleId: 'c', originalSaleId: 'b' }),
    sale({ ...back, saleId: 'd', originalSaleId: 'nobody' }),
    sale({ ...back, saleId: 'e', originalSaleId: 'a', operatorId: operatorOf(0, 1) }),
    sale({ saleId: 'f' }),
  ]);
  assert.deepEqual(
    documents.map((each) => [each.documentId, each.number, each.originalNumber]),
    [['a', 1, 0], ['b', 2, 0], ['c', 3, 2], ['f', 4, 0]],
  );
  assert.deepEqual(reasons, ['unknown_original', 'unknown_original']);
});

test('a document counts its VAT once, whatever its lines were rounded to', () => {
  const [document] = number([sale({ lines: [saleLine(1, { grossMinor: 103 }), saleLine(2, { grossMinor: 103 }), saleLine(3, { grossMinor: 103 })] })]).documents;
  assert.deepEqual(
    [document!.grossMinor, document!.vatMinor, document!.lines.map(({ vatMinor }) => vatMinor)],
    [309, 62, [21, 21, 20]],
  );
});

test('what is no whole sale is refused and takes no number', () => {
  const bad: readonly Sale[] = [
    sale({ saleId: '' }), sale({ kind: 'gift' as Sale['kind'] }),
    sale({ currency: 'kr' }), sale({ issuedDay: '2.6.2026' }), sale({ issuedDay: '2026-02-30' }), sale({ grossMinor: 3_499 }),
    sale({ kind: 'invoice' }), sale({ kind: 'credit_note' }),
    sale({ lines: [] }), sale({ lines: [saleLine(1, { vatMinor: 3_501 })] }),
  ];
  const { documents, reasons } = number([...bad, sale({ operatorId: operatorOf(1) }), sale()]);
  assert.deepEqual(numbersOf(documents), ['sale-1 1']);
  assert.deepEqual(reasons, [...bad.map(() => 'bad_sale'), 'wrong_partition']);
});

test('for 400 days a sale that comes again has its document, and is found when it is to be credited', () => {
  const back = { kind: 'credit_note', lines: [saleLine(1, { grossMinor: -3_500 })], originalSaleId: 'a' } as const;
  const { documents } = number([
    sale({ saleId: 'a' }),
    { sale: sale({ saleId: 'b' }), timestamp: AT + 2 * DAY_MS },
    { sale: sale({ saleId: 'a' }), timestamp: AT + 399 * DAY_MS },
    { sale: sale({ ...back, saleId: 'c' }), timestamp: AT + 399 * DAY_MS },
  ]);
  assert.deepEqual(documents.map((each) => [each.documentId, each.originalNumber]), [['a', 0], ['b', 0], ['c', 1]]);
});

test('what is known of a document is forgotten after 400 days, its number is not', () => {
  const later = AT + 402 * DAY_MS;
  const { documents, state } = number([
    { sale: sale({ saleId: 'a' }), timestamp: AT }, { sale: sale({ saleId: 'b' }), timestamp: later },
    { sale: sale({ saleId: 'c' }), timestamp: later },
  ]);
  assert.deepEqual(numbersOf(documents), ['a 1', 'b 2', 'c 3']);
  assert.equal(state.size, 3, 'the last number and two documents');
});

/** Sales of two operators of one partition, some of them again, some credited. */
const logs = fc.array(fc.record({
  operator: fc.nat(1), repeat: fc.boolean(), credit: fc.boolean(), gross: fc.integer({ min: 1, max: 90_000 }),
}), { maxLength: 60 }).map((steps) => {
  const sales: Sale[] = [];
  steps.forEach(({ operator, repeat, credit, gross }, place) => {
    const operatorId = operatorOf(0, operator);
    const former = sales.filter((each) => each.operatorId === operatorId);
    if (repeat && former.length > 0) sales.push(former[gross % former.length]!);
    else if (credit && former.some(({ kind }) => kind === 'receipt')) {
      const original = former.find(({ kind }) => kind === 'receipt')!;
      sales.push(sale({
        saleId: `s${place}`, operatorId, kind: 'credit_note', originalSaleId: original.saleId,
        lines: original.lines.map((each) => ({ ...each, grossMinor: -each.grossMinor, vatMinor: -each.vatMinor || 0 })),
      }));
    } else sales.push(sale({
      saleId: `s${place}`,
      operatorId,
      lines: [saleLine(place, { grossMinor: gross }), saleLine(place + 100)],
    }));
  });
  return sales;
});

test('each operator\'s numbers are 1 to n, one for each sale, and the VAT of the lines is the document\'s', () => {
  fc.assert(fc.property(logs, (log) => {
    const { documents } = number(log);
    for (const operatorId of [operatorOf(0, 0), operatorOf(0, 1)]) {
      const own = documents.filter((each) => each.operatorId === operatorId);
      assert.deepEqual(own.map((each) => each.number), own.map((_, place) => place + 1));
    }
    assert.deepEqual(
      documents.map(({ documentId }) => documentId).sort(),
      [...new Set(log.map(({ saleId }) => saleId))].sort(),
    );
    for (const { vatMinor, lines } of documents) {
      assert.equal(vatMinor, lines.reduce((sum, line) => sum + line.vatMinor, 0));
    }
  }));
});

test('the same sales give the same documents byte for byte, whoever takes over in between', () => {
  fc.assert(fc.property(logs, fc.uniqueArray(fc.nat(60)), (log, takeovers) => {
    assert.deepEqual(number(log, new Set(takeovers)).values, number(log).values);
  }));
});

test('what charges sells is taken as it is: receipts, corrections, a charge that is given up and invoiced', () => {
  const operatorId = operatorOf(0);
  const charges = new TestCharges()
    .card()
    .line({ operatorId })
    .line({ operatorId, lineId: 'line-2', visitId: 'visit-2' })
    .close('2026-06-01')
    .outcome('captured');
  charges.line({ operatorId, revision: 2, grossMinor: 2_000, vatMinor: 400 }).close('2026-06-02');
  charges.line({
    operatorId, lineId: 'line-3', visitId: 'visit-3', visitDay: '2026-06-03', grossMinor: 9_000, vatMinor: 1_800,
  })
    .close('2026-06-03')
    .outcome('declined_hard')
    .close('2026-06-04');
  const { documents, reasons } = number(charges.sales);
  assert.deepEqual(reasons, []);
  assert.deepEqual(new Set(documents.map(({ kind }) => kind)), new Set(['receipt', 'credit_note', 'invoice']));
  assert.deepEqual(documents.map((each) => each.number), documents.map((_, place) => place + 1));
  for (const { originalNumber, originalSaleId } of documents.filter(({ kind }) => kind === 'credit_note')) {
    assert.equal(documents[originalNumber - 1]!.documentId, originalSaleId);
  }
});

const NAMES = {
  [topics.sales.name]: partitionCounts.operator,
  [topics.documents.name]: partitionCounts.operator,
  [topics.documentsState.name]: partitionCounts.operator,
  [DEAD_LETTER_TOPIC]: 1,
};

function start({ log, clock }: Client) {
  return runStage({ stage: documentsStage({ ids }), log, clock, observer: unobserved, logger: quietLogger });
}

async function documentsIn({ log }: Client): Promise<SalesDocument[]> {
  const found: SalesDocument[] = [];
  for (let partition = 0; partition < partitionCounts.operator; partition += 1) {
    const at = { topic: topics.documents.name, partition };
    const { start: from, stable } = await log.bounds(at);
    for await (const records of recordsBetween(log, at, from, stable)) {
      found.push(...records.map(({ value }) => documentCodec.decode(value!)));
    }
  }
  return found;
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`owners that are killed at any moment leave no gap and no number twice: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const writer = world.openClient('writer');
      const operators = Array.from(
        { length: partitionCounts.operator },
        (_, partition) => [operatorOf(partition, 0), operatorOf(partition, 1)],
      ).flat();
      const sales = Array.from({ length: 64 }, (_, n) =>
        sale({ saleId: `sale-${n}`, operatorId: operators[n % operators.length]! }));
      const write = (list: readonly Sale[]) => writer.log.append([...Map.groupBy(list, ({ operatorId }) => partitionOf(operatorId, partitionCounts.operator))]
        .map(([partition, each]) => ({
          topic: topics.sales.name, partition,
          records: each.map((one) => ({
            key: Buffer.from(one.operatorId),
            value: saleCodec.encode(one),
            timestamp: AT,
          })),
        })));
      for (let kill = 0; kill < 4; kill += 1) {
        await write(sales.slice(kill * 16, kill * 16 + 16));
        // Each time some come again.
        await write(sales.slice(0, kill * 8));
        const owner = world.openClient(`owner ${kill}`);
        void start(owner);
        await writer.clock.sleep(world.schedule.random.below(400));
        world.schedule.kill(owner.process);
      }
      const last = world.openClient('last');
      const running = await start(last);
      while ((await documentsIn(writer)).length < sales.length) await writer.clock.sleep(500);
      await running.stop();
      const documents = await documentsIn(writer);
      assert.equal(documents.length, sales.length);
      assert.equal(new Set(documents.map(({ documentId }) => documentId)).size, sales.length);
      for (const operatorId of operators) {
        const numbers = documents.filter((each) => each.operatorId === operatorId).map((each) => each.number);
        assert.deepEqual(numbers, numbers.map((_, place) => place + 1));
        assert.equal(numbers.length, 8);
      }
    }, seed);
  });
}
