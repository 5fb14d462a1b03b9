import { subjectOf } from './counting-subject.ts';
import { runWorld, type Outcome } from './world.ts';

/** As they come from the command line. */
export interface SimulateOptions {
  readonly seed: string;
  readonly schedules: string;
}

/**
 * Runs schedules from a seed on until one fails; then prints that schedule's steps and its seed.
 * A line a second tells how far it is.
 */
export async function main(options: SimulateOptions): Promise<void> {
  const seed = wholeNumber('--seed', options.seed);
  const schedules = wholeNumber('--schedules', options.schedules);
  let toldAtMs = performance.now();
  let steps = 0;
  for (let done = 0; done < schedules; done++) {
    const world = { seed: seed + done, subject: subjectOf(seed + done) };
    const outcome = await runWorld(world);
    steps += outcome.steps;
    if (outcome.failure !== null) return tell(await runWorld({ ...world, traced: true }), world.seed);
    if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = performance.now();
      console.log(`${done + 1} of ${schedules} schedules, ${steps} steps`);
    }
  }
  console.log(`${schedules} schedules from seed ${seed} on, ${steps} steps: all as the rules say`);
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} is '${text}', but must be a whole number`);
  return Number(text);
}

function tell({ failure, trace }: Outcome, seed: number): void {
  for (const line of trace) console.log(line);
  console.error(failure?.stack);
  console.error(`\nrun it again: npx bomfri simulate --seed ${seed} --schedules 1`);
  process.exitCode = 1;
}

const TELL_EVERY_MS = 1_000;
