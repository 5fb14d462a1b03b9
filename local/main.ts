import { alone } from './alone.ts';
import { runningPid } from './background.ts';
import { stackPaths } from './paths.ts';
import type { Say } from './progress.ts';
import { startStack, stackStatus, stopStack, wipeStack } from './stack.ts';
import type { PartStatus } from './stack.ts';
import { stopLeftoverServices } from './services.ts';
import { Trouble } from './trouble.ts';

const say: Say = (line) => console.log(line);

/** `bomfri local up`: starts what is not up, and returns when all of it answers. */
export async function up(): Promise<void> {
  await alone(say, async () => {
    const { started, ready } = await startStack(say);
    const outcomes = await Promise.allSettled(Object.values(ready));
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failed.length > 0) throw new Trouble(failed.map((outcome) => (outcome.reason as Error).message).join('\n'));
    say(started.length === 0 ? 'The local stack was already up.' : 'The local stack is up.');
  });
}

/** `bomfri local down`: stops what `up` started, and services that a killed `bomfri start` left behind. */
export async function down(): Promise<void> {
  await alone(say, async () => {
    refuseWhileServing();
    await stopLeftoverServices(say);
    await stopStack(say);
    say('The local stack is down.');
  });
}

/** `bomfri local wipe`: stops the stack and deletes what it kept; the downloads stay. */
export async function wipe(): Promise<void> {
  await down();
  const deleted = wipeStack();
  say(deleted.length === 0 ? 'There was nothing to delete.' : `Deleted ${deleted.join(', ')}`);
}

/** `bomfri local status`: one line a part. */
export async function status(): Promise<void> {
  console.log(statusTable(await stackStatus()));
}

export function statusTable(parts: readonly PartStatus[]): string {
  const rows = parts.map((part) => [
    part.name,
    String(part.port),
    part.state,
    part.pid === null ? '-' : String(part.pid),
    part.uptimeSeconds === null ? '-' : duration(part.uptimeSeconds),
    part.memoryMib === null ? '-' : `${part.memoryMib} MiB`,
  ]);
  return [['part', 'port', 'state', 'pid', 'uptime', 'memory'], ...rows]
    .map((cells) => cells.map((cell, column) => cell.padEnd([12, 7, 15, 9, 12, 0][column]!)).join('').trimEnd())
    .join('\n');
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

function refuseWhileServing(): void {
  const pid = runningPid(stackPaths().run, 'start');
  if (pid === null) return;
  throw new Trouble(
    `\`bomfri start\` (process ${pid}) works on this stack: stop it first, with Ctrl-C or kill ${pid}.`,
  );
}
