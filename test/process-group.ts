import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { projectRoot } from '../local/paths.ts';

/** The leader of the group that runs now. */
let leader: number | undefined;

/**
 * Runs a command as the leader of a process group, so that whatever it starts can be ended with it, and ends what is
 * left of the group when the command is done.
 * @returns whether it ended with code 0
 */
export async function runInGroup(command: string, args: readonly string[], output: 'shown' | 'quiet' = 'shown'): Promise<boolean> {
  const stdio: StdioOptions = output === 'shown' ? 'inherit' : ['ignore', 'ignore', 'inherit'];
  const child = spawn(command, args, { cwd: projectRoot, detached: true, stdio });
  leader = child.pid;
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  signalGroup('SIGKILL');
  leader = undefined;
  return passed;
}

/** Asks the group that runs now to end; `runInGroup` kills those that did not, once its leader has ended. */
export function endGroup(): void {
  signalGroup('SIGTERM');
}

function signalGroup(signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody is left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
