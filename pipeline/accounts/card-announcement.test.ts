import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { inCluster } from '../engine/simulation/in-cluster.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { withCard, withoutCard, newAccount } from './account-changes.ts';
import { tellCards } from './apply.ts';
import { announceCards } from './card-announcement.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const codec = openCodec('Control', ids);
const ZONE = 'Europe/Oslo';
const without = newAccount('a', [], 0);
const withOne = withCard(
  without,
  { token: 'one', maskedNumber: '4*1', brand: 'VISA', expiryMonth: '2030-01' },
  1,
  ZONE,
);
const told = (account: typeof without, former: typeof without | undefined): string[] =>
  announceCards(
    ids, [account], () => former, 'test', 5,
  ).flatMap(({ partition, records }) => Array.from(records, ({ value }) => {
    assert.equal(partition, partitionOf('a', partitionCounts.account));
    const { type, subject, cardToken, cardExpiryMonth } = codec.decode(value!);
    return `${type} ${subject} ${cardToken} ${cardExpiryMonth}`.trim();
  }));

test('charges are told of a card that is new, of another one, and of none any more', () => {
  assert.deepEqual(told(withOne, without), ['card a one 2030-01']);
  assert.deepEqual(told(withoutCard(withOne, 2, ZONE), withOne), ['card a']);
});

test('charges are told of every card of the table once more, whoever wrote it, and of no account without one', async () => {
  const NAMES = { [topics.accounts.name]: 1, [topics.chargesControl.name]: partitionCounts.account };
  await inCluster(NAMES, async ({ openClient }) => {
    const { log } = openClient('cli');
    const accounts = openCodec('Account', ids);
    // As a release wrote them that announced no cards.
    const records = [withOne, { ...without, accountId: 'b' }].map((account) => ({
      key: Buffer.from(account.accountId),
      value: accounts.encode(account),
      timestamp: 0,
    }));
    await log.append([{ topic: topics.accounts.name, partition: 0, records }]);
    assert.equal(await tellCards({ log, ids, issuedBy: 'test', now: 5 }), 1);
    const at = { topic: topics.chargesControl.name, partition: partitionOf('a', partitionCounts.account) };
    const found: string[] = [];
    for await (const batch of recordsBetween(log, at, 0, (await log.bounds(at)).stable)) {
      found.push(...batch.map(({ value }) => codec.decode(value!).cardToken!));
    }
    assert.deepEqual(found, ['one']);
  });
});

test('charges are not told of an account whose card is as it was', () => {
  assert.deepEqual(told(withOne, withOne), []);
  assert.deepEqual(told(without, undefined), []);
});
