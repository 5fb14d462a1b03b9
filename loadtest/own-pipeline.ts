import { runQuietly } from '../local/bomfri-command.ts';
import { step } from '../local/progress.ts';
import type { Say } from '../local/progress.ts';
import { startServices } from '../test/running-services.ts';
import { startOwnStack, type OwnStack } from './own-stack.ts';

/** What a load test needs of the pipeline: what takes reads, what makes visits of them, and where those are counted. */
const SERVICES = ['ingest', 'visits', 'warehouse'];

/** Starts a pipeline for this run alone, on the ports and in the folder that the environment names. */
export async function startOwnPipeline(say: Say): Promise<OwnStack> {
  const stack = await startOwnStack(say);
  try {
    await runQuietly('keys', 'local');
    const services = await step(say, 'Services: starting', 'Services: ready', () => startServices(SERVICES));
    return {
      async stop(whole) {
        await services.stop();
        await stack.stop(whole);
      },
    };
  } catch (error) {
    await stack.stop(false);
    throw error;
  }
}
