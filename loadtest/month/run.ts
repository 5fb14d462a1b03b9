import { join } from 'node:path';
import { Command } from 'commander';
import { withLock } from '../../bin/lock.mjs';
import { projectRoot } from '../../local/paths.ts';
import { nameOwnStack } from '../own-stack.ts';

/**
 * `npm run month`: a scripted month on a stack of its own, made for it and taken down after it; then what came of it
 * against what a second program makes of the truth. Exits with 1 when anything differs.
 */
const program = new Command('month')
  .description('a month of accounts, cards and garages by a simulated clock, and whether every ore is right')
  .option('--days <n>', 'days on which cars come', '31')
  .option('--tail <n>', 'days after them on which what is pending is collected', '12')
  .option('--from <day>', 'the first day (default: the last spring or autumn with a clock change in its midst)')
  .option('--accounts <n>', 'accounts, of one to three cars', '1000')
  .option('--others <n>', 'cars without an account', '5000')
  .option('--kills <n>', 'how often the payments worker is killed; the gateway is a quarter as often', '20')
  .option('--seed <text>', 'the same seed gives the same month', '1')
  .action(run);
await program.parseAsync().catch((error: Error) => {
  console.error(error);
  process.exit(1);
});

type Options = Readonly<Record<'days' | 'tail' | 'accounts' | 'others' | 'kills' | 'seed', string> & { from?: string }>;

async function run(options: Options): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const waiting = () => console.log('Another month is under way in this checkout: waiting for it.');
  await withLock(join(projectRoot, '.bomfri', 'month.lock'), waiting, async () => {
    await nameOwnStack('month');
    // Only now, for it reads the environment.
    const { startOwnStack } = await import('../own-stack.ts');
    const stack = await startOwnStack(console.log);
    let isRight = false;
    try {
      isRight = await play(options, stopping.signal);
    } finally {
      await stack.stop(isRight);
    }
    if (!isRight) process.exitCode = 1;
  });
}

/** Whether every ore is right. */
async function play(options: Options, stopping: AbortSignal): Promise<boolean> {
  const { judgeMonth } = await import('./judge-month.ts');
  const { agreementLines, agrees } = await import('./agreement.ts');
  const { pastMonth } = await import('./slices.ts');
  const days = count('--days', options.days, 3);
  const tail = count('--tail', options.tail, 1);
  const kills = count('--kills', options.kills, 0);
  const agreements = await judgeMonth({
    seed: options.seed, prefix: 'month', days, tail,
    firstDay: options.from ?? pastMonth(Date.now(), days, tail),
    accounts: count('--accounts', options.accounts, 50), otherVehicles: count('--others', options.others, 0),
    kills: { payments: kills, gateway: Math.floor(kills / 4) },
    dir: join(projectRoot, process.env.BOMFRI_DATA_DIR!, 'month'), say: console.log, stopping,
  });
  console.log(agreementLines(agreements).join('\n'));
  const isRight = agreements.every(agrees);
  console.log(isRight ? 'Every ore is where it must be.' : 'Something is wrong: see above.');
  return isRight;
}

function count(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${option} is '${text}', but must be a whole number from ${least}`);
}
