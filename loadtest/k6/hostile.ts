import { check } from 'k6';
import http from 'k6/http';
import type { Params } from 'k6/http';
import type { Options } from 'k6/options';
import { headers, openGateway, readsUrl } from './gateway.ts';
import { arrivals, presentPhase, reading, steadyPhases } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { honestIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/**
 * Senders that know no manners beside honest ones: wrong keys, bodies that are no reads, bodies without end. Each is
 * told what is wrong with a 4xx, and the honest ones notice nothing.
 */
const shape = shapeOf('hostile', __ENV);
const gateway = openGateway(shape);
const phases = steadyPhases(shape);
const attackers = Math.ceil(shape.gateways / 4);

export const options: Options = {
  scenarios: {
    honest: arrivals(shape, shape.gateways - attackers, phases),
    hostile: { ...arrivals({ ...shape, readsPerRequest: 10 }, attackers, phases), exec: 'attack' },
  },
  thresholds: {
    ...honestIn('steady'),
    'checks{scenario:honest}': ['rate==1'],
    'checks{scenario:hostile}': ['rate==1'],
  },
  ...reading,
};

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}

interface Attack {
  readonly name: string;
  /** Made when it is sent: every virtual user has attacks, and some are large. */
  readonly body: () => string;
  readonly headers: Record<string, string>;
}

/** Fit to be taken, were it sent alone and with the right key. */
const good = '{"readId":"r","garageId":"g","cameraId":"c","laneId":"l","direction":"in","plate":"AB12345",'
  + '"country":"NO","confidence":0.9,"candidates":[],"capturedAt":"2001-01-01T00:00:00Z"}';

const TOO_LARGE = 'too large';

const bodies: readonly Omit<Attack, 'headers'>[] = [
  { name: 'cut off', body: () => `[${good},${good.slice(0, 90)}` },
  { name: 'no JSON', body: () => '\u0000\u0001\ufffd<xml/>' },
  { name: 'empty', body: () => '' },
  { name: 'empty array', body: () => '[]' },
  { name: 'no object', body: () => '[1,null,"x",[]]' },
  { name: 'nested without end', body: () => '['.repeat(100_000) },
  {
    name: 'wrong types',
    body: () => '{"readId":{},"garageId":[],"cameraId":1,"laneId":true,"plate":null,"__proto__":{"polluted":1}}',
  },
  { name: 'a plate without end', body: () => good.replace('AB12345', 'A'.repeat(1_000_000)) },
  { name: 'too many', body: () => `[${`${good},`.repeat(1_000)}${good}]` },
  { name: TOO_LARGE, body: () => `[${`${good},`.repeat(15_000)}${good}]` },
  { name: 'captured in the future', body: () => good.replace('2001-01-01', '9999-01-01') },
];

const attacks: readonly Attack[] = [
  ...bodies.map((attack) => ({ ...attack, headers })),
  { name: 'another type', body: () => good, headers: { ...headers, 'content-type': 'text/plain' } },
  ...wrongKeys(),
];

/** Only where keys are asked for: elsewhere a wrong one is as good as none. */
function wrongKeys(): Attack[] {
  if (headers.authorization === undefined) return [];
  const right = headers.authorization;
  const wrong = [
    '', 'Bearer', 'Bearer x', `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`, `Bearer ${'x'.repeat(4_000)}`,
  ];
  return wrong.map((authorization) => ({
    name: 'wrong key',
    body: () => good,
    headers: { ...headers, authorization },
  }));
}

export function attack(): void {
  const { name, body, headers: sent } = attacks[Math.floor(Math.random() * attacks.length)]!;
  const params: Params = {
    headers: sent, tags: { phase: 'attack', attack: name }, timeout: '20s',
    responseCallback: http.expectedStatuses(0, { min: 400, max: 499 }),
  };
  const { status } = http.post(readsUrl, body(), params);
  // The answer to a body without end may be lost with the connection, which is closed while the body still comes.
  const cutOff = status === 0 && name === TOO_LARGE;
  check(status, { 'refused, and told why': () => cutOff || (status >= 400 && status < 500) });
}
