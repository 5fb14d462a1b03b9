import { join } from 'node:path';
import { runQuietly } from '../local/bomfri-command.ts';
import { freePortBase } from '../local/ports.ts';
import { step, type Say } from '../local/progress.ts';

/** Has everything that reads the environment from now on use a stack of this name alone, on ports that are free. */
export async function nameOwnStack(name: string): Promise<void> {
  for (const variable of Object.keys(process.env)) if (variable.startsWith('BOMFRI_')) delete process.env[variable];
  process.env.BOMFRI_DATA_DIR = join('.bomfri', name);
  process.env.BOMFRI_PORT_BASE = String(await freePortBase());
}

export interface OwnStack {
  /** Stops it. @param whole delete its data and logs too; kept, they help to find out what went wrong */
  stop(whole: boolean): Promise<void>;
}

/** Starts the stack that the environment names, empty, with topics and schemas. */
export async function startOwnStack(say: Say): Promise<OwnStack> {
  await runQuietly('local', 'wipe');
  try {
    await step(say, 'Stack: starting', 'Stack: up', async () => {
      await runQuietly('local', 'up');
      await runQuietly('topics', 'apply');
      await runQuietly('schemas', 'apply');
    });
    return { stop: (whole) => runQuietly('local', whole ? 'wipe' : 'down') };
  } catch (error) {
    await runQuietly('local', 'down');
    throw error;
  }
}
