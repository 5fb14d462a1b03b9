import { check } from 'k6';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { profiles } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { FleetEvent } from '../fleet/generate.ts';
import type { ReadJson } from '../fleet/passage.ts';

/**
 * A steady stream of reads to ingest, at a fixed rate whatever ingest does. Each virtual user is the cameras of one
 * garage and sends one request after the other, so that a garage's reads keep their order.
 *
 * Every answer is written to the console, one line a request: `accepted` or `unknown` and the read ids. `loadtest/run.ts`
 * starts this and holds those lines against what stands on parking.reads.
 */
const url = `${__ENV.INGEST_URL}/v1/reads`;
const headers = { 'content-type': 'application/json', authorization: `Bearer ${__ENV.API_KEY}` };
const readsPerSecond = Number(__ENV.RATE);
const readsPerRequest = 10;
const garages = 40;

export const options: Options = {
  scenarios: {
    steady: {
      executor: 'constant-arrival-rate',
      rate: readsPerSecond / readsPerRequest,
      timeUnit: '1s',
      duration: __ENV.DURATION,
      preAllocatedVUs: garages,
      maxVUs: garages,
    },
  },
  thresholds: {
    checks: ['rate==1'],
    dropped_iterations: ['count==0'],
    http_req_duration: ['p(95)<250', 'p(99)<500'],
  },
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
};

// Runs for each virtual user before the test begins; number 0 only looks at the options.
const reads = readsOfGarage(__VU);
/** Taken from the fleet and not accepted yet. */
let batch: ReadJson[] = __VU === 0 ? [] : [reads.next().value!];

export default function sendNextReads(): void {
  while (batch.length < readsPerRequest) batch.push(reads.next().value!);
  const response = http.post(url, JSON.stringify(batch), { headers });
  const accepted = response.status === 202 && (response.json('rejected') as unknown[]).length === 0;
  check(response, { 'all reads accepted': () => accepted });
  const ids = batch.map(({ readId }) => readId).join(' ');
  if (accepted) {
    console.log(`accepted ${ids}`);
    batch = [];
  } else if (response.status !== 429) {
    // Sent again by the next iteration. After 429 nothing was written; else some may be.
    console.log(`unknown ${ids}`);
  }
}

function* readsOfGarage(user: number): Generator<ReadJson, never> {
  for (let year = 0; ; year++) {
    const fleet = generateFleet({
      seed: `${__ENV.RUN}-${user}-${year}`, garages: 1, vehicles: 100, days: 365, from: `${2000 + year}-01-01`,
      faults: { ...profiles.demo, redelivered: 0 }, idPrefix: `${__ENV.RUN}-${user}-${year}`,
    });
    for (const event of fleet.events() as Iterable<FleetEvent>) if (event.kind === 'read') yield event.read;
  }
}
