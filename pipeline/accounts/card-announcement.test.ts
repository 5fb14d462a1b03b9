import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts } from '../../topics/topics.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { withCard, withoutCard, newAccount } from './account-changes.ts';
import { announceCards } from './card-announcement.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const codec = openCodec('Control', ids);
const ZONE = 'Europe/Oslo';
const without = newAccount('a', [], 0);
const withOne = withCard(without, { token: 'one', maskedNumber: '4*1', brand: 'VISA', expiryMonth: '2030-01' }, 1, ZONE);
const told = (account: typeof without, former: typeof without | undefined): string[] =>
  announceCards(ids, [account], () => former, 'test', 5).flatMap(({ partition, records }) => Array.from(records, ({ value }) => {
    assert.equal(partition, partitionOf('a', partitionCounts.account));
    const { type, subject, cardToken, cardExpiryMonth } = codec.decode(value!);
    return `${type} ${subject} ${cardToken} ${cardExpiryMonth}`.trim();
  }));

test('charges are told of a card that is new, of another one, and of none any more', () => {
  assert.deepEqual(told(withOne, without), ['card a one 2030-01']);
  assert.deepEqual(told(withoutCard(withOne, 2, ZONE), withOne), ['card a']);
});

test('charges are not told of an account whose card is as it was', () => {
  assert.deepEqual(told(withOne, withOne), []);
  assert.deepEqual(told(without, undefined), []);
});
