import { runQuietly } from '../local/bomfri-command.ts';
import { step } from '../local/progress.ts';
import type { Say } from '../local/progress.ts';
import { startServices } from '../test/running-services.ts';

/** What a load test needs of the pipeline: what takes reads, what makes visits of them, and where those are counted. */
const SERVICES = ['ingest', 'visits', 'warehouse'];

export interface OwnPipeline {
  /** Stops all of it. @param whole delete its data and logs too; kept, they help to find out what went wrong */
  stop(whole: boolean): Promise<void>;
}

/** Starts a pipeline for this run alone, on the ports and in the folder that the environment names. */
export async function startOwnPipeline(say: Say): Promise<OwnPipeline> {
  await runQuietly('local', 'wipe');
  try {
    await step(say, 'Stack: starting', 'Stack: up', async () => {
      await runQuietly('local', 'up');
      await runQuietly('topics', 'apply');
      await runQuietly('schemas', 'apply');
      await runQuietly('keys', 'local');
    });
    const services = await step(say, 'Services: starting', 'Services: ready', () => startServices(SERVICES));
    return {
      async stop(whole) {
        await services.stop();
        await runQuietly('local', whole ? 'wipe' : 'down');
      },
    };
  } catch (error) {
    await runQuietly('local', 'down');
    throw error;
  }
}
