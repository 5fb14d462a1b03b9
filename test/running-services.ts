import { serviceBackOff } from '../local/back-off.ts';
import { bomfri } from '../local/bomfri-command.ts';
import { answersOk } from '../local/parts/ask.ts';
import { stackPaths } from '../local/paths.ts';
import { SERVICE_GRACE_MS, services } from '../local/services.ts';
import { supervise } from '../local/supervisor.ts';

/** Services of the pipeline, each in a process of its own, on the stack that the environment names. */
export interface RunningServices {
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** Resolves when all of them are ready. */
export async function startServices(names: readonly string[]): Promise<RunningServices> {
  const { logs, run } = stackPaths();
  const rows = services.map((row) => row.filter(({ name }) => names.includes(name)).map(({ name, port }) => ({
    name, ...bomfri(name), isReady: () => answersOk(`http://127.0.0.1:${port}/health/ready`),
  })));
  const supervisor = supervise(rows, {
    backOff: serviceBackOff, graceMs: SERVICE_GRACE_MS,
    readyWithinMs: READY_WITHIN_MS, logs, run, say: (line) => console.log(line),
  });
  try {
    await supervisor.ready;
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return supervisor;
}
