import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { inCluster } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import type { SchemaIds } from '../records/codec.ts';
import { parseAccounts } from './accounts-file.ts';
import { applyAccounts } from './apply.ts';
import { requireAccount } from './known-account.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const NAMES = { [topics.accounts.name]: 1, [topics.pricingControl.name]: partitionCounts.garage };

test('a command that names an account which is not there is refused, and one which is there is not', async () => {
  await inCluster(NAMES, async ({ openClient }) => {
    const { log, clock } = openClient('cli');
    const accounts = parseAccounts([{ accountId: 'a', vehicles: [] }]);
    await applyAccounts({ log, ids, accounts, issuedBy: 'test', now: clock.wallMs() });
    const at = { log, ids, logger: quietLogger as never };
    await requireAccount(at, 'a');
    await assert.rejects(requireAccount(at, 'b'), /no account 'b': nothing was done/);
  });
});
