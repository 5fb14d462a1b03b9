import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { documentOf } from '../documents/rules.ts';
import { AT, operatorOf, sale } from '../documents/test-documents.ts';
import type { EngineClock } from '../engine/clock.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import { unobserved } from '../engine/observer.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { runStage, type RunningStage } from '../engine/runner.ts';
import { inCluster, type Client, type InCluster } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { Random } from '../engine/simulation/random.ts';
import { SimulatedProcess } from '../engine/simulation/schedule.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { MailRequest, MailResult, SalesDocument } from '../records/records.ts';
import { messageIdOf, type Message, type NoMessage } from './compose.ts';
import { DeferredMailError, openDeliveries, RefusedMailError, SmtpAwayError } from './deliveries.ts';
import { mailerStage } from './stage.ts';
import type { Mail } from './state.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const documentCodec = openCodec('SalesDocument', ids);
const requestCodec = openCodec('MailRequest', ids);
const resultCodec = openCodec('MailResult', ids);
const NAMES = {
  [topics.documents.name]: partitionCounts.operator,
  [topics.mailRequests.name]: partitionCounts.operator,
  [topics.mailerState.name]: partitionCounts.operator,
  [topics.mailResults.name]: partitionCounts.operator,
  [DEAD_LETTER_TOPIC]: 1,
};

type Trouble = 'none' | 'away' | 'deferred' | 'refused' | 'lost answer';

/** A mail server that outlives the processes, and the warehouse behind the mails. */
class FakeServer {
  readonly taken: string[] = [];
  sends = 0;
  private readonly clock: EngineClock;
  private readonly trouble: (send: number, mailId: string) => Trouble;

  constructor(clock: EngineClock, trouble: (send: number, mailId: string) => Trouble) {
    this.clock = clock;
    this.trouble = trouble;
  }

  readonly compose = async ({ mailId, accountId }: Mail): Promise<Message | NoMessage> => {
    await this.clock.sleep(50);
    if (accountId === 'erased') return { none: 'no_address' };
    if (accountId === 'broken') throw new TypeError('nobody thought of that');
    return {
      messageId: messageIdOf(mailId),
      to: mailId,
      replyTo: '',
      subject: '',
      text: '',
      attachment: { filename: '', content: Buffer.alloc(0) },
    };
  };

  readonly send = async ({ messageId, to }: Message): Promise<void> => {
    const trouble = this.trouble(this.sends, to);
    this.sends += 1;
    await this.clock.sleep(200);
    if (trouble === 'away') throw new SmtpAwayError('no connection');
    if (trouble === 'deferred') throw new DeferredMailError('later');
    if (trouble === 'refused') throw new RefusedMailError('550');
    this.taken.push(messageId);
    if (trouble === 'lost answer') throw new SmtpAwayError('the connection broke');
  };
}

function serverIn(
  { schedule }: InCluster, trouble: (send: number, mailId: string) => Trouble = () => 'none',
): FakeServer {
  return new FakeServer(schedule.clockOf(new SimulatedProcess('mail server')), trouble);
}

interface RunningMailer extends Pick<RunningStage, 'stop'> {
  /** As the process does when it is asked to stop. */
  stopGently(): Promise<void>;
}

async function start({ log, clock }: Client, { compose, send }: FakeServer): Promise<RunningMailer> {
  const stopping = new AbortController();
  const deliveries = openDeliveries({ compose, send, clock, logger: quietLogger, stopping: stopping.signal });
  const stage = mailerStage({ ids, newDeliveries: deliveries.forTask, told() {} });
  const running = await runStage({ stage, log, clock, observer: unobserved, logger: quietLogger });
  return {
    stop: () => running.stop(),
    async stopGently() {
      stopping.abort();
      await deliveries.settled();
      await running.stop();
    },
  };
}

const invoiceOf = (number: number, accountId = `account-${number}`): SalesDocument => documentOf(
  sale({
    saleId: `doc-${number}`,
    kind: 'invoice',
    dueDay: '2026-06-16',
    accountId,
    operatorId: operatorOf(number % partitionCounts.operator),
  }), number, 0);

function writeDocuments({ log }: Client, documents: readonly SalesDocument[]): Promise<void> {
  const byPartition = Map.groupBy(documents, ({ operatorId }) => partitionOf(operatorId, partitionCounts.operator));
  return log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.documents.name, partition,
    records: list.map((each) => ({
      key: Buffer.from(each.operatorId),
      value: documentCodec.encode(each),
      timestamp: AT,
    })),
  })));
}

async function resultsOf({ log }: Client): Promise<MailResult[]> {
  const results: MailResult[] = [];
  for (let partition = 0; partition < partitionCounts.operator; partition += 1) {
    const at = { topic: topics.mailResults.name, partition };
    const { start: from, stable } = await log.bounds(at);
    for await (const records of recordsBetween(log, at, from, stable)) {
      results.push(...records.map(({ value }) => resultCodec.decode(value!)));
    }
  }
  return results;
}

async function settled(client: Client, count: number): Promise<MailResult[]> {
  for (;;) {
    const results = await resultsOf(client);
    if (results.length >= count) return results;
    await client.clock.sleep(1_000);
  }
}

test('invoices and credit notes are mailed when they are made, receipts only when they are asked for', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const server = serverIn(world);
    const running = await start(client, server);
    const receipt = { ...invoiceOf(1), kind: 'receipt' as const };
    const credit = { ...invoiceOf(2), kind: 'credit_note' as const };
    await writeDocuments(client, [receipt, credit, invoiceOf(3)]);
    const request: MailRequest = {
      mailId: 'asked', accountId: 'account-1', documentIds: ['doc-1'],
      language: 'en', requestedAt: AT, to: 'holder', requestedBy: 'driver',
    };
    await client.log.append([{
      topic: topics.mailRequests.name,
      partition: 0,
      records: [{ key: null, value: requestCodec.encode(request), timestamp: AT }],
    }]);
    const results = await settled(client, 3);
    assert.deepEqual(results.map(({ mailId, outcome, documentIds }) => [mailId, outcome, documentIds]).sort(), [
      ['asked', 'accepted', ['doc-1']], ['doc-2.1', 'accepted', ['doc-2']], ['doc-3.1', 'accepted', ['doc-3']],
    ]);
    assert.deepEqual(
      server.taken.sort(),
      ['<asked@documents.bomfri>', '<doc-2.1@documents.bomfri>', '<doc-3.1@documents.bomfri>'],
    );
    await running.stop();
  });
});

test('an address that is refused or not known is told, and holds up no other mail', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const running = await start(client, serverIn(world, (_, mailId) => (mailId === 'doc-1.1' ? 'refused' : 'none')));
    await writeDocuments(client, [invoiceOf(1), invoiceOf(2, 'erased'), invoiceOf(3)]);
    const results = await settled(client, 3);
    assert.deepEqual(results.map(({ mailId, outcome, code }) => [mailId, outcome, code]).sort(), [
      ['doc-1.1', 'refused', '550'], ['doc-2.1', 'no_address', ''], ['doc-3.1', 'accepted', ''],
    ]);
    await running.stop();
  });
});

test('a mail that is asked for again once it was refused is tried again, by the same process', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const server = serverIn(world, (send) => (send === 0 ? 'refused' : 'none'));
    const running = await start(client, server);
    await writeDocuments(client, [invoiceOf(1)]);
    await settled(client, 1);
    await writeDocuments(client, [invoiceOf(1)]);
    assert.deepEqual((await settled(client, 2)).map(({ outcome }) => outcome), ['refused', 'accepted']);
    await running.stop();
  });
});

test('a mail that is deferred again and again waits, while others go out', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const server = serverIn(world, (send, mailId) => (mailId === 'doc-1.1' && send < 12 ? 'deferred' : 'none'));
    const running = await start(client, server);
    await writeDocuments(client, [1, 2, 3, 4, 5, 6, 7, 8].map((number) => invoiceOf(number)));
    assert.deepEqual(
      (await settled(client, 7)).map(({ mailId }) => mailId).filter((mailId) => mailId === 'doc-1.1'),
      [],
    );
    assert.equal((await settled(client, 8)).length, 8);
    assert.equal(new Set(server.taken).size, server.taken.length);
    await running.stop();
  });
});

test('a mailer that is asked to stop while mails are with the server sends none of them again', async () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    await inCluster(NAMES, async (world) => {
      const first = world.openClient('first');
      const server = serverIn(world);
      const running = await start(first, server);
      await writeDocuments(first, Array.from({ length: 12 }, (_, number) => invoiceOf(number)));
      await world.until(() => server.sends >= 3);
      await running.stopGently();
      const sent = server.sends;
      assert.ok(sent < 12, 'nothing was begun after it was asked to stop');
      assert.equal((await resultsOf(first)).length, sent);
      const last = await start(world.openClient('second'), server);
      await settled(first, 12);
      assert.equal(server.taken.length, 12);
      await last.stop();
    }, seed);
  }
});

test('a mail that can not be made stays, and holds up no other', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const running = await start(client, serverIn(world));
    await writeDocuments(client, [1, 2, 3, 4, 5, 6].map((number) => invoiceOf(number, 'broken')));
    await writeDocuments(client, [7, 8].map((number) => invoiceOf(number)));
    assert.deepEqual((await settled(client, 2)).map(({ mailId }) => mailId).sort(), ['doc-7.1', 'doc-8.1']);
    await running.stop();
  });
});

test('mails at which the server hangs up hold up no others, however many they are', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const hangsUp = new Set([1, 2, 3, 4, 5].map((number) => `doc-${number}.1`));
    const server = serverIn(world, (_, mailId) => (hangsUp.has(mailId) ? 'away' : 'none'));
    const running = await start(client, server);
    await writeDocuments(client, Array.from({ length: 5 }, (_, number) => invoiceOf(number + 1)));
    await client.clock.sleep(600_000);
    const inVain = server.sends;
    assert.ok(inVain < 100, `${inVain} attempts in 600 s for 5 mails`);
    await writeDocuments(client, Array.from({ length: 20 }, (_, number) => invoiceOf(number + 6)));
    await client.clock.sleep(600_000);
    assert.equal((await resultsOf(client)).length, 20);
    await running.stop();
  });
});

test('while the mail server is away all mails wait, few ask, and each goes out once it is back', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('mailer');
    const backAtMs = 200_000;
    const server = serverIn(world, () => (client.clock.monotonicMs() < backAtMs ? 'away' : 'none'));
    const running = await start(client, server);
    await writeDocuments(client, Array.from({ length: 40 }, (_, number) => invoiceOf(number)));
    await client.clock.sleep(backAtMs);
    assert.deepEqual(await resultsOf(client), []);
    assert.ok(server.sends < 40, `${server.sends} attempts in 200 s for 40 mails`);
    await settled(client, 40);
    assert.equal(server.taken.length, 40);
    await running.stop();
  });
});

for (let seed = 1; seed <= 12; seed += 1) {
  test(`mailers that are killed again and again lose no mail, and send one again only under its own Message-ID: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const random = new Random(seed);
      const troubles: readonly Trouble[] = ['none', 'none', 'none', 'away', 'deferred', 'lost answer'];
      const server = serverIn(world, (send) => (send < 40 ? troubles[random.below(troubles.length)]! : 'none'));
      const writer = world.openClient('writer');
      const documents = Array.from({ length: 16 }, (_, number) => invoiceOf(number));
      await writeDocuments(writer, documents);
      for (let kill = 0; kill < 3; kill += 1) {
        const mailer = world.openClient(`mailer ${kill}`);
        await start(mailer, server);
        const sends = server.sends + 1 + random.below(6);
        while (server.sends < sends && (await resultsOf(writer)).length < documents.length) {
          await writer.clock.sleep(50);
        }
        world.schedule.kill(mailer.process);
      }
      const running = await start(world.openClient('last'), server);
      const results = await settled(writer, documents.length);
      await running.stop();
      assert.deepEqual(
        results.map(({ mailId, outcome }) => `${mailId} ${outcome}`).sort(),
        documents.map(({ documentId }) => `${documentId}.1 accepted`).sort(),
      );
      assert.deepEqual(
        [...new Set(server.taken)].sort(),
        documents.map(({ documentId }) => messageIdOf(`${documentId}.1`)).sort(),
      );
    }, seed);
  });
}
