import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AbortedTransaction } from './aborted-records.ts';
import { encodeBatches, stamp } from './record-batch.ts';
import { readRecords } from './record-reader.ts';

/** What stands at one offset of a log: a record of a producer, or the marker that ends its transaction. */
type Entry = { readonly producer: number; readonly key?: Buffer } & (
  | { readonly value: string; readonly plain?: true }
  | { readonly marker: 'abort' | 'commit' }
);

const FOUR_ZEROS = Buffer.alloc(4);

/** Three transactions open at once and aborted in another order than they began; one's key looks like a marker. */
const entries: readonly Entry[] = [
  { producer: 1, value: 'dead' },
  { producer: 2, value: 'dead' },
  { producer: 3, value: 'dead' },
  { producer: 1, value: 'dead', key: FOUR_ZEROS },
  { producer: 1, value: 'dead' },
  { producer: 4, value: 'alive 5', plain: true },
  { producer: 3, marker: 'abort' },
  { producer: 2, marker: 'abort' },
  { producer: 1, marker: 'abort' },
  { producer: 1, value: 'alive 9', key: FOUR_ZEROS },
  { producer: 1, marker: 'commit' },
  { producer: 2, value: 'dead' },
  { producer: 2, marker: 'abort' },
];
const aborted: readonly Aborted[] = [
  { producerId: 3n, firstOffset: 2, marker: 6 },
  { producerId: 2n, firstOffset: 1, marker: 7 },
  { producerId: 1n, firstOffset: 0, marker: 8 },
  { producerId: 2n, firstOffset: 11, marker: 12 },
];

type Aborted = AbortedTransaction & { readonly marker: number };

/** Those that a broker names to a fetch from this offset: not those that ended before it. */
const namedFrom = (all: readonly Aborted[], from: number): Aborted[] => all.filter(({ marker }) => marker >= from);

test('only committed records are read, in whatever order the transactions were aborted', () => {
  const { records, next } = readRecords(logOf(entries), aborted, 0);
  assert.deepEqual(records.map(({ value }) => value!.toString()), ['alive 5', 'alive 9']);
  assert.equal(next, entries.length);
});

test('from every position on, the committed records after it are read and no others', () => {
  for (let from = 0; from < entries.length; from += 1) {
    const { records } = readRecords(logOf(entries.slice(from), from), namedFrom(aborted, from), from);
    const alive = [5, 9].filter((offset) => offset >= from);
    assert.deepEqual(records.map(({ offset }) => offset), alive, `from ${from}`);
  }
});

test("kafkajs's own filter delivers aborted records of the same log, which is why it is not used", async () => {
  const require = createRequire(import.meta.url);
  const Decoder = require('kafkajs/src/protocol/decoder');
  const Encoder = require('kafkajs/src/protocol/encoder');
  const decodeMessages = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages');
  const filterAbortedMessages = require('kafkajs/src/consumer/filterAbortedMessages');
  const messages = await decodeMessages(new Decoder(new Encoder().writeBytes(logOf(entries)).buffer));
  const delivered: { value: Buffer }[] = filterAbortedMessages({
    messages,
    abortedTransactions: aborted.map(({ producerId, firstOffset }) => ({
      producerId: String(producerId), firstOffset: String(firstOffset),
    })),
  }).filter(({ isControlRecord }: { isControlRecord: boolean }) => !isControlRecord);
  assert.ok(delivered.some(({ value }) => value.toString() === 'dead'));
});

test('any interleaving of transactions yields exactly the records of those that were committed', () => {
  const act = fc.constantFrom('write', 'write', 'abort', 'commit');
  const step = fc.record({ producer: fc.integer({ min: 1, max: 4 }), act });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(40), (steps, at) => {
      const log: Entry[] = [];
      const abortedOnes: Aborted[] = [];
      const committed = new Set<number>();
      const open = new Map<number, number[]>();
      const end = (producer: number, marker: 'abort' | 'commit'): void => {
        const offsets = open.get(producer);
        if (offsets === undefined) return;
        open.delete(producer);
        if (marker === 'abort') {
          abortedOnes.push({ producerId: BigInt(producer), firstOffset: offsets[0]!, marker: log.length });
        } else for (const offset of offsets) committed.add(offset);
        log.push({ producer, marker });
      };
      for (const { producer, act } of steps) {
        if (act !== 'write') {
          end(producer, act as 'abort' | 'commit');
          continue;
        }
        open.set(producer, [...(open.get(producer) ?? []), log.length]);
        log.push({ producer, value: 'x', key: FOUR_ZEROS });
      }
      for (const producer of [...open.keys()]) end(producer, 'abort');
      const from = Math.min(at, log.length);
      const { records } = readRecords(logOf(log.slice(from), from), namedFrom(abortedOnes, from), from);
      const expected = [...committed].filter((offset) => offset >= from).toSorted((a, b) => a - b);
      assert.deepEqual(records.map(({ offset }) => offset), expected);
    }),
  );
});

/** The entries as they stand in a log, one batch each, the first at offset `base`. */
function logOf(all: readonly Entry[], base = 0): Buffer {
  return Buffer.concat(all.map((entry, index) => batchOf(entry, base + index)));
}

const ATTRIBUTES_AT = 21;
const TRANSACTIONAL_AND_CONTROL = 16 + 32;

function batchOf(entry: Entry, offset: number): Buffer {
  const isMarker = 'marker' in entry;
  const key = isMarker ? Buffer.from([0, 0, 0, entry.marker === 'abort' ? 0 : 1]) : (entry.key ?? null);
  const value = Buffer.from(isMarker ? '' : entry.value);
  const [batch] = encodeBatches([{ key, value, timestamp: 0 }]);
  stamp(batch!, { producerId: BigInt(entry.producer), epoch: 0, transactional: isMarker || !entry.plain }, 0);
  batch!.bytes.writeBigInt64BE(BigInt(offset), 0);
  if (isMarker) batch!.bytes.writeInt16BE(TRANSACTIONAL_AND_CONTROL, ATTRIBUTES_AT);
  return batch!.bytes;
}
