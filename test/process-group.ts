import { spawn } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { projectRoot } from '../local/paths.ts';

/** The leaders of the groups that run now and may be ended before they are done. */
const leaders = new Set<number>();

export interface GroupOptions {
  /** What becomes of what it says: shown, or only its errors, or written to the file open at this number. */
  readonly output: 'shown' | 'quiet' | number;
  readonly env: NodeJS.ProcessEnv;
  /** `endGroups` leaves it alone. */
  readonly getsToItsEnd?: boolean;
}

/** Far longer than anything takes. Node itself may hang at its end, after all is said (nodejs/node#54918). */
const LONGEST_MS = 30 * 60_000;

/**
 * Runs a command as the leader of a process group, so that whatever it starts can be ended with it, and ends what is
 * left of the group when the command is done, or has taken half an hour.
 * @returns whether it ended with code 0
 */
export async function runInGroup(
  command: string, args: readonly string[], { output, env, getsToItsEnd = false }: GroupOptions,
): Promise<boolean> {
  const stdio: Record<'shown' | 'quiet', StdioOptions> = { shown: 'inherit', quiet: ['ignore', 'ignore', 'inherit'] };
  const child = spawn(command, args, {
    cwd: projectRoot, env, detached: true, stdio: typeof output === 'number' ? ['ignore', output, output] : stdio[output],
  });
  const leader = child.pid;
  if (leader !== undefined && !getsToItsEnd) leaders.add(leader);
  const passed = await new Promise<boolean>((resolve) => {
    const tooLong = setTimeout(() => {
      console.error(`Not done after ${LONGEST_MS / 60_000} minutes: ended.`);
      resolve(false);
    }, LONGEST_MS);
    const done = (isPassed: boolean): void => {
      clearTimeout(tooLong);
      resolve(isPassed);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
  if (leader !== undefined) {
    signalGroup(leader, 'SIGKILL');
    leaders.delete(leader);
  }
  return passed;
}

/** Asks the groups that run now to end; `runInGroup` kills those that did not, once their leader has ended. */
export function endGroups(): void {
  for (const leader of leaders) signalGroup(leader, 'SIGTERM');
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody is left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
