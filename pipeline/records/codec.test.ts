import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openCodec, parseSchema, schemaText, UndecodableError, UnknownWriterError, type SchemaIds } from './codec.ts';
import type { CameraRead } from './records.ts';

const OWN_ID = 7;
const OTHER_ID = 8;

/** A registry that knows our own schema and one of another writer. */
const idsWith = (otherSchema: string): SchemaIds => ({
  own: () => OWN_ID,
  fetch: async (schemaId) => {
    if (schemaId !== OTHER_ID) throw new UndecodableError(`no schema has the id ${schemaId}`);
    return otherSchema;
  },
});

const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });
const confidence = fc.float({ min: 0, max: 1, noNaN: true });
const reads: fc.Arbitrary<CameraRead> = fc.record({
  readId: fc.string(),
  garageId: fc.string(),
  cameraId: fc.string(),
  laneId: fc.string(),
  direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN'),
  plate: fc.string({ unit: 'grapheme' }),
  country: fc.constantFrom('NO', 'SE', 'XX'),
  confidence,
  candidates: fc.array(fc.record({ plate: fc.string(), confidence }), { maxLength: 3 }),
  capturedAt: moment,
  receivedAt: moment,
  source: fc.string(),
  timing: fc.constantFrom('' as const, 'backfill' as const, 'clock_off' as const),
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a read comes back as it was written, and encoding the next one leaves it as it is', () => {
  const codec = openCodec('CameraRead', idsWith(''));
  fc.assert(fc.property(fc.array(reads, { minLength: 1, maxLength: 20 }), (many) => {
    const encoded = many.map((read) => codec.encode(read));
    assert.deepEqual(encoded.map((bytes) => plain(codec.decode(bytes))), plain(many));
  }));
});

test('a record larger than any before it is encoded whole', () => {
  const codec = openCodec('CameraRead', idsWith(''));
  const [read] = fc.sample(reads, { numRuns: 1, seed: 1 });
  for (const length of [10, 300_000, 5, 262_144, 262_130]) {
    const long = { ...read!, source: 'x'.repeat(length) };
    assert.equal(codec.decode(codec.encode(long)).source.length, length);
  }
});

test('a writer with a newer schema is learned once, and its new field passed over', async () => {
  const newer = JSON.parse(schemaText('CameraRead'));
  newer.fields.push({ name: 'weather', type: 'string', default: 'dry' });
  const codec = openCodec('CameraRead', idsWith(JSON.stringify(newer)));
  const [read] = fc.sample(reads, { numRuns: 1, seed: 2 });
  const body = parseSchema(JSON.stringify(newer)).toBuffer({ ...read, weather: 'snow' });
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, OTHER_ID]), body]);

  let unknown: UnknownWriterError | null = null;
  try {
    codec.decode(bytes);
  } catch (error) {
    assert.ok(error instanceof UnknownWriterError);
    unknown = error;
  }
  await unknown!.learn();
  assert.deepEqual(plain(codec.decode(bytes)), plain(read));
});

test('bytes that are no record are refused without quoting them', () => {
  const codec = openCodec('CameraRead', idsWith(''));
  const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, OWN_ID]), Buffer.from('SECRET')]);
  for (const bytes of [Buffer.alloc(0), Buffer.from('SECRET'), framed]) {
    assert.throws(() => codec.decode(bytes), (error) => error instanceof UndecodableError && !error.message.includes('SECRET'));
  }
});

test('a schema id that nobody registered makes its records undecodable', async () => {
  const codec = openCodec('CameraRead', idsWith(''));
  const bytes = Buffer.from([0, 0, 0, 0, 99]);
  assert.throws(() => codec.decode(bytes), UnknownWriterError);
  try {
    codec.decode(bytes);
  } catch (error) {
    await assert.rejects((error as UnknownWriterError).learn(), UndecodableError);
  }
});
