import { randomUUID } from 'node:crypto';
import { topics } from '../../topics/topics.ts';
import { runApply } from '../configuration/apply-command.ts';
import { openCodec } from '../records/codec.ts';
import type { Control } from '../records/records.ts';
import { withLog } from '../service/with-log.ts';
import { readAccountsFile } from './accounts-file.ts';
import { applyAccounts, tellCards } from './apply.ts';
import { holdsCardNumber } from './card-number.ts';
import { requireAccount } from './known-account.ts';

/** `bomfri accounts apply FILE` */
export async function apply(file: string): Promise<void> {
  const accounts = await readAccountsFile(file);
  await runApply('accounts', (log, ids) => applyAccounts({ log, ids, accounts, issuedBy: 'cli' }));
}

/** `bomfri accounts tell-cards` */
export function tellAllCards(): Promise<void> {
  return withLog(async ({ log, ids }) => {
    console.log(`charges were told of the cards of ${await tellCards({ log, ids, issuedBy: 'cli' })} accounts`);
  });
}

/** `bomfri accounts block ACCOUNT --reason TEXT` @throws there is no such account */
export async function block(accountId: string, { reason }: { reason: string }): Promise<void> {
  if (holdsCardNumber(reason)) throw new Error('--reason looks like a card number: no card data may stand here');
  await writeControl({ type: 'block', subject: accountId, reason });
  console.log(`account ${accountId} will be blocked by the process that writes the accounts`);
}

/** `bomfri accounts unblock ACCOUNT` */
export async function unblock(accountId: string): Promise<void> {
  await writeControl({ type: 'unblock', subject: accountId, reason: '' });
  console.log(`account ${accountId} will be unblocked by the process that writes the accounts`);
}

function writeControl(order: Pick<Control, 'type' | 'subject' | 'reason'>): Promise<void> {
  return withLog(async (at) => {
    const { log, ids } = at;
    await requireAccount(at, order.subject);
    const issuedAt = Date.now();
    const control: Control = { controlId: randomUUID(), ...order, to: null, version: null, issuedAt, issuedBy: 'cli' };
    const record = {
      key: Buffer.from(order.subject),
      value: openCodec('Control', ids).encode(control),
      timestamp: issuedAt,
    };
    await log.append([{ topic: topics.accountsControl.name, partition: 0, records: [record] }]);
  }, 'warn');
}
