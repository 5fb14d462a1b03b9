import { gzipSync } from 'node:zlib';
import { Random } from '../../engine/simulation/random.ts';
import { parseGarages } from '../../garages/garages-file.ts';
import { goldenFiles } from '../formats/golden-files.ts';
import { openTestIngest, type TestIngest } from '../test-ingest.ts';
import { mutations, zipBomb } from './mutations.ts';

/** A request as it went out. */
export interface FuzzedRequest {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

export interface FuzzFinding {
  /** 5xx, or null for no answer in time. */
  readonly status: number | null;
  readonly request: FuzzedRequest;
}

export interface FuzzOutcome {
  /** How many answers of each status, by address. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly slowestMs: number;
  /** The first that was not answered as it should be; the run ends there. */
  readonly finding: FuzzFinding | null;
}

/** Far longer than any body takes, even on a busy machine. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * Sends bodies that are golden files changed at random to every route, in this process. Each must be answered, with 2xx
 * or 4xx. The same seed gives the same bodies.
 * @param told called now and then with how many are done
 */
export async function fuzz(
  seed: number, bodies: number, told: (done: number) => void = () => {},
): Promise<FuzzOutcome> {
  const random = new Random(seed);
  const ingest = openTestIngest(garages());
  const seeds = seedsOfAll();
  const statuses = new Map<string, Map<number, number>>();
  let slowestMs = 0;
  for (let done = 0; done < bodies; done++) {
    const request = fuzzed(random.pick(seeds), random);
    const startedMs = performance.now();
    const status = await answerTo(ingest, request);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    if (status === null || status < 200 || status >= 500) return { statuses, slowestMs, finding: { status, request } };
    const route = request.address.split('?')[0]!;
    const ofRoute = statuses.get(route) ?? new Map<number, number>();
    statuses.set(route, ofRoute.set(status, (ofRoute.get(status) ?? 0) + 1));
    forget(ingest);
    told(done + 1);
  }
  await ingest.app.close();
  return { statuses, slowestMs, finding: null };
}

/** Half of the cameras are known, so that both ways are gone. */
function garages() {
  const serials = new Set(goldenFiles().flatMap(({ events }) => events.map(({ serial }) => serial)));
  serials.delete('');
  const cameras = [...serials].filter((_, i) => i % 2 === 0)
    .map((serial) => ({ cameraId: serial, serial, directions: { in: 'in', '0-180': 'out' } }));
  return parseGarages([{
    garageId: 'p4',
    timezone: 'Europe/Oslo',
    lanes: [{ laneId: 'l', direction: 'both', cameras }],
  }]);
}

/** An honest request of each kind. */
function seedsOfAll(): FuzzedRequest[] {
  const read = {
    readId: 'r-1', garageId: 'p4', cameraId: 'c-1', laneId: 'l', direction: 'in', plate: 'EK12345', country: 'NO',
    confidence: 0.9, candidates: [{ plate: 'EK12346', confidence: 0.1 }], capturedAt: '2026-05-17T08:30:00.000Z',
  };
  const line = JSON.stringify(read);
  const json = { 'content-type': 'application/json' };
  return [
    { address: '/v1/reads', headers: json, payload: Buffer.from(line) },
    { address: '/v1/reads', headers: json, payload: Buffer.from(`[${line},${line}]`) },
    {
      address: '/v1/reads',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: Buffer.from(`${line}\n${line}\n`),
    },
    ...goldenFiles().flatMap(({ format, body, events }) => {
      const isNamed = events.every(({ serial }) => serial !== '');
      const address = `/v1/cameras/${format.name}${isNamed ? '' : '?camera=P4-ENTRY'}`;
      return [{ address, headers: json, payload: body }, { address, headers: FORM_HEADERS, payload: form(body) }];
    }),
  ];
}

const FORM_HEADERS = { 'content-type': 'multipart/form-data; boundary=boundary' };

function form(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('--boundary\r\nContent-Disposition: form-data; name="json"\r\n\r\n'), body,
    Buffer.from('\r\n--boundary\r\nContent-Disposition: form-data; name="upload"; filename="a.jpg"\r\n'),
    Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
    Buffer.alloc(3_000, 0xff), Buffer.from('\r\n--boundary--\r\n'),
  ]);
}

function fuzzed(seed: FuzzedRequest, random: Random): FuzzedRequest {
  let { payload } = seed;
  for (let changes = random.between(1, 4); changes > 0; changes--) payload = random.pick(mutations)(payload, random);
  const headers: Record<string, string> = { ...seed.headers };
  if (random.chance(0.1)) headers['content-type'] = random.pick(STRANGE_TYPES);
  if (random.chance(0.1)) {
    headers['content-encoding'] = random.pick(['gzip', 'gzip', 'x-gzip', 'br', 'deflate', 'gzip, gzip', '']);
    if (random.chance(0.8)) payload = random.chance(0.02) ? zipBomb(random) : gzipSync(payload);
    if (random.chance(0.2)) payload = random.pick(mutations)(payload, random);
  }
  const address = random.chance(0.1)
    ? `${seed.address.split('?')[0]}?camera=${random.pick(STRANGE_NAMES)}`
    : seed.address;
  return { address, headers, payload };
}

const STRANGE_TYPES = [
  'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary="boundary', 'x', '/',
  'multipart/mixed; boundary=boundary', 'application/json; charset=utf-16', 'application/x-ndjson', 'text/xml',
  'application/x-www-form-urlencoded', 'a/b; c=d; boundary=e',
];
const STRANGE_NAMES = ['P4', '', '%00', '%F0%9F%98%80', '__proto__', 'x'.repeat(500), 'a&camera=b', '../x'];

async function answerTo(
  { app, key }: TestIngest, { address, headers, payload }: FuzzedRequest,
): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, ANSWER_WITHIN_MS, null)));
  const answer = app.inject({ method: 'POST', url: address, headers: { 'x-api-key': key, ...headers }, payload });
  const status = await Promise.race([answer.then(({ statusCode }) => statusCode), late]);
  clearTimeout(timer);
  return status;
}

/** What was taken so far is of no more interest, and would fill the memory. */
function forget({ reads, held, told, logged }: TestIngest): void {
  for (const list of [reads, held, told, logged]) list.length = 0;
}
