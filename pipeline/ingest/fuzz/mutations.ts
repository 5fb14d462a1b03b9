import { gzipSync } from 'node:zlib';
import type { Random } from '../../engine/simulation/random.ts';

/** A change of a body that no honest client sends. */
export type Mutation = (body: Buffer, random: Random) => Buffer;

/** Values that stand where others are expected. */
const STRANGE_VALUES: readonly unknown[] = [
  null, true, false, 0, -1, 1e15, 1e308, -1e308, 1e-320, 2 ** 53, '', ' ', '\u0000', '\ud800', '../../etc/passwd',
  '__proto__', 'constructor', 'NaN', '1e999', '-0', '9'.repeat(400),
  'x'.repeat(5_000), 'ÆØÅ京', '\ufeff', [], {}, [[]], [{}],
  { toString: 1 },
  { length: -1 }, '2026-02-31T25:61:61Z', '9999-12-31T23:59:59.999Z', '0000-00-00', '99999999999999999999', '<&>"\'',
];

const STRANGE_NUMBERS: readonly string[] = ['1e999', '-1', '9'.repeat(400), '0x10', '1.7976931348623157e309', '00', ''];

/** Texts that parsers have stumbled over. */
const STRANGE_TEXTS: readonly string[] = [
  '[', ']', '{', '}', '"', '\\', '\\u', ',', ':', 'null', 'NaN',
  'Infinity', '-', '1e', '<', '>', '</', '/>', '<![CDATA[',
  ']]>', '<!--', '<!DOCTYPE a [<!ENTITY b "c">]>', '&b;', '&#0;',
  '&#x10ffff;', '&amp;', '<?xml', '?>', '<a b="c', '\r\n--',
  '--boundary--', '\n', '\u0000',
  '{"__proto__":{"polluted":1}}', '"constructor":{"prototype":{}}', '<__proto__>1</__proto__>', '<toString/>',
];

export const mutations: readonly Mutation[] = [
  // Broken off.
  (body, random) => body.subarray(0, random.below(body.length + 1)),
  (body, random) => body.subarray(random.below(body.length + 1)),
  // Some bits turned over.
  (body, random) => {
    const flipped = Buffer.from(body);
    for (let flips = random.between(1, 20); flips > 0 && flipped.length > 0; flips--) {
      flipped[random.below(flipped.length)]! ^= 1 << random.below(8);
    }
    return flipped;
  },
  // A piece taken out, or doubled up to many times.
  (body, random) => {
    const [from, to] = piece(body, random);
    return Buffer.concat([body.subarray(0, from), body.subarray(to)]);
  },
  (body, random) => {
    const [from, to] = piece(body, random);
    const length = Math.min(random.between(2, 200), Math.ceil(500_000 / (to - from + 1)));
    const copies = Array.from({ length }, () => body.subarray(from, to));
    return Buffer.concat([body.subarray(0, from), ...copies, body.subarray(to)]);
  },
  (body, random) => inserted(body, Buffer.from(random.pick(STRANGE_TEXTS)), random),
  (body, random) =>
    inserted(body, Buffer.from(Array.from({ length: random.between(1, 64) }, () => random.below(256))), random),
  // Nested far deeper than anything that has a meaning.
  (body, random) => {
    const depth = random.pick([50, 1_000, 20_000]);
    const [open, close] = random.pick([['[', ']'], ['{"a":', '}'], ['<a>', '</a>']] as const);
    return inserted(body, Buffer.from(open.repeat(depth) + (random.chance(0.5) ? close.repeat(depth) : '')), random);
  },
  // Numbers beyond all ranges.
  (body, random) => replaced(body, /-?\d+(\.\d+)?/g, random.pick(STRANGE_NUMBERS), random),
  // A value of another kind.
  (body, random) =>
    inJson(body, random) ?? replaced(body, />[^<]+</g, `>${JSON.stringify(random.pick(STRANGE_VALUES))}<`, random),
  // Another encoding.
  (body) => Buffer.from(body.toString('utf8'), 'utf16le'),
  (body) => Buffer.from(body.toString('utf8').replace(/[0-9]/g, 'æ'), 'latin1'),
  (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xfe]), body]),
  // Padded to more than the route takes, now and then.
  (body, random) => Buffer.concat([body, Buffer.alloc(random.chance(0.01) ? 9_000_000 : random.below(5_000), ' ')]),
];

/** Bodies that unfold to far more than they are. */
export function zipBomb(random: Random): Buffer {
  return gzipSync(Buffer.alloc(
    random.between(10_000_000, 30_000_000),
    random.pick([' ', '[', '{"a":', '<a>', '1', '\n']),
  ));
}

function piece(body: Buffer, random: Random): [number, number] {
  const from = random.below(body.length + 1);
  return [from, from + random.below(Math.min(body.length - from, 500) + 1)];
}

function inserted(body: Buffer, what: Buffer, random: Random): Buffer {
  const at = random.below(body.length + 1);
  return Buffer.concat([body.subarray(0, at), what, body.subarray(at)]);
}

function replaced(body: Buffer, what: RegExp, by: string, random: Random): Buffer {
  const text = body.toString('utf8');
  const places = [...text.matchAll(what)];
  if (places.length === 0) return body;
  const place = random.pick(places);
  return Buffer.from(text.slice(0, place.index) + by + text.slice(place.index + place[0].length));
}

/** Puts a strange value somewhere into a JSON document; null: the body is none. */
function inJson(body: Buffer, random: Random): Buffer | null {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const places: [Record<string, unknown>, string][] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      places.push([value as Record<string, unknown>, name]);
      collect((value as Record<string, unknown>)[name]);
    }
  };
  collect(document);
  if (places.length === 0) return null;
  for (let changes = random.between(1, 3); changes > 0; changes--) {
    const [holder, name] = random.pick(places);
    if (random.chance(0.2)) delete holder[name];
    else holder[name] = random.pick(STRANGE_VALUES);
  }
  return Buffer.from(JSON.stringify(document));
}
