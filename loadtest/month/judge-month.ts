import { rmSync } from 'node:fs';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { agreementOf, type Agreement } from './agreement.ts';
import { deadLettersOf, readFound } from './found.ts';
import { monthScript, type MonthOptions } from './month-script.ts';
import { playMonth } from './play-month.ts';
import { recount } from './recount.ts';
import { replayMonth } from './replay-month.ts';
import { writeTruth } from './truth-files.ts';
import type { Kills } from './upsets.ts';

export interface JudgeOptions extends Omit<MonthOptions, 'corrections'> {
  readonly kills: Kills;
  /** Where truth, recount and the gateway's book go. */
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
}

/**
 * Plays a month on the stack that the environment names, has it counted a second time and replayed, and answers how the
 * three agree.
 */
export async function judgeMonth({ kills, dir, say, stopping, ...options }: JudgeOptions): Promise<Agreement[]> {
  const { brokers, registryUrl } = readConfig();
  rmSync(dir, { recursive: true, force: true });
  const script = monthScript({ ...options, corrections: Math.ceil(options.accounts / 60) });
  writeTruth(script, dir);
  say(`${options.days} days from ${options.firstDay}: ${script.stays.length} stays, ${options.accounts} accounts with `
    + `${script.accounts.vehicles} cars, ${options.otherVehicles} other cars`);
  const counted = recount(dir);
  counted.catch(() => {});
  const ids = await openRegistry(registryUrl);
  const played = await playMonth({ script, brokers, ids, dir, kills, say, stopping });
  try {
    const expected = await counted;
    const found = await readFound({ log: played.log, ids, bookFile: played.bookFile });
    say('Replaying it');
    const again = await replayMonth({ played, brokers, ids, prefix: `${options.prefix}-again` });
    return [
      ...Object.entries(found).map(([table, rows]) => agreementOf(table, expected(table), rows)),
      agreementOf('dead letters', [], await deadLettersOf(played.log)),
      ...again,
    ];
  } finally {
    await played.close();
  }
}
