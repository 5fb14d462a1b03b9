import { fuzz, type FuzzOutcome } from './fuzz.ts';

/** As they come from the command line. */
export interface FuzzOptions {
  readonly seed: string;
  readonly bodies: string;
}

const TELL_EVERY_MS = 2_000;
const SHOWN_BYTES = 4_000;

/**
 * `bomfri fuzz`: prints how each route answered; ends with 1 and the request at the first that
 * is answered 5xx, or never.
 */
export async function main(options: FuzzOptions): Promise<void> {
  const seed = wholeNumber('--seed', options.seed);
  const bodies = wholeNumber('--bodies', options.bodies);
  let toldAtMs = performance.now();
  const outcome = await fuzz(seed, bodies, (done) => {
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = performance.now();
    console.log(`${done} of ${bodies} bodies`);
  });
  if (outcome.finding !== null) return tell(outcome.finding, seed);
  for (const [route, statuses] of [...outcome.statuses].sort()) {
    const counts = [...statuses].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`);
    console.log(route.padEnd(32), counts.join('  '));
  }
  const slowest = `the slowest after ${outcome.slowestMs.toFixed(0)} ms`;
  console.log(`${bodies} bodies from seed ${seed} on: all answered with 2xx or 4xx, ${slowest}`);
}

function tell({ status, request }: NonNullable<FuzzOutcome['finding']>, seed: number): void {
  console.error(status === null ? 'no answer to' : `${status} to`, request.address, request.headers);
  console.error(
    `${request.payload.length} bytes, base64: ${request.payload.subarray(0, SHOWN_BYTES).toString('base64')}`,
  );
  console.error(`run it again: npx bomfri fuzz --seed ${seed}`);
  process.exitCode = 1;
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} is '${text}', but must be a whole number`);
  return Number(text);
}
