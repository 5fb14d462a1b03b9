import { countingSubject } from './counting-subject.ts';
import { runWorld } from './world.ts';

export interface SimulateOptions {
  readonly seed: number;
  readonly schedules: number;
}

/**
 * Runs schedules from a seed on until one fails; then prints that schedule's steps and its seed.
 * A line a second tells how far it is.
 */
export async function main({ seed, schedules }: SimulateOptions): Promise<void> {
  const subject = countingSubject(PARTITIONS);
  let toldAtMs = performance.now();
  let steps = 0;
  for (let done = 0; done < schedules; done++) {
    const outcome = await runWorld({ seed: seed + done, subject });
    steps += outcome.steps;
    if (outcome.failure !== null) return tell(await runWorld({ seed: seed + done, subject, traced: true }), seed + done);
    if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = performance.now();
      console.log(`${done + 1} of ${schedules} schedules, ${steps} steps`);
    }
  }
  console.log(`${schedules} schedules from seed ${seed} on, ${steps} steps: all as the rules say`);
}

function tell({ failure, trace }: Awaited<ReturnType<typeof runWorld>>, seed: number): void {
  for (const line of trace) console.log(line);
  console.error(failure?.stack);
  console.error(`\nrun it again: npx bomfri simulate --seed ${seed} --schedules 1`);
  process.exitCode = 1;
}

const PARTITIONS = 2;
const TELL_EVERY_MS = 1_000;
