import { parentPort } from 'node:worker_threads';
import { subjectOf } from './counting-subject.ts';
import { runWorld, type Happening } from './world.ts';

/**
 * Runs schedules for a test in a thread of its own: in the test's the runner follows every promise, of which the simulation makes
 * millions, and that takes as long again as the schedules themselves.
 */

/** Seeds, the last one included. */
export interface Schedules {
  readonly first: number;
  readonly last: number;
}

export interface SchedulesRun {
  /** Of the first schedule that failed, after which none was run; null: all did as the rules say. */
  readonly failure: string | null;
  readonly happened: ReadonlyMap<Happening, number>;
}

parentPort!.on('message', (schedules: Schedules) => {
  void run(schedules).then((done) => parentPort!.postMessage(done));
});

async function run({ first, last }: Schedules): Promise<SchedulesRun> {
  const happened = new Map<Happening, number>();
  for (let seed = first; seed <= last; seed++) {
    const outcome = await runWorld({ seed, subject: subjectOf(seed) });
    if (outcome.failure !== null) return { failure: `seed ${seed}: ${outcome.failure.stack}`, happened };
    for (const [what, times] of outcome.happened) happened.set(what, (happened.get(what) ?? 0) + times);
  }
  return { failure: null, happened };
}
