import type { ClickHouseClient } from '@clickhouse/client';
import { anonymisePlates } from './plates.ts';
import { forgetPastOfAccounts, type AccountsLog } from './past-accounts.ts';
import { forgetOwners, forgetPermits } from './past-tables.ts';
import { cutoffs } from './retention.ts';

export interface RoundParts extends AccountsLog {
  readonly client: ClickHouseClient;
  /** Ends the round early; the next one does the rest. */
  readonly signal: AbortSignal;
}

/** What a round took away, or had taken away. */
export type Anonymised = 'plates' | 'holders' | 'accounts' | 'permits' | 'owners';

/**
 * Anonymises whatever is past its time at `now` (UTC ms); `told` as it goes on. May be ended at any moment and done
 * again. What can not be done keeps nothing else from being done.
 * @throws what went wrong first, after all that could be done
 */
export async function anonymiseOnce(
  parts: RoundParts, now: number, told: (what: Anonymised, count: number, where?: string) => void,
): Promise<void> {
  const { client, log, ids, signal } = parts;
  const { past } = cutoffs(now);
  const failures: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  };
  await attempt(async () => {
    const { holders, accounts } = await forgetPastOfAccounts(parts, now);
    told('holders', holders);
    told('accounts', accounts);
  });
  await attempt(async () => told('permits', await forgetPermits({ log, ids, now }, past)));
  await attempt(async () => told('owners', await forgetOwners({ log, ids, now }, past)));
  await attempt(async () => {
    await anonymisePlates(client, now, ({ month, visits }) => told('plates', visits, `visits of ${month}`), signal);
  });
  if (failures.length > 0) throw failures[0];
}
