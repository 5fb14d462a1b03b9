import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { requireAccount } from '../accounts/known-account.ts';
import { openCodec } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Control } from '../records/records.ts';
import { withLog, type CommandLog } from '../service/with-log.ts';
import { withClickHouse } from '../warehouse/clickhouse.ts';

export interface WordOptions {
  readonly by?: string;
  readonly reason: string;
}

/** `bomfri charges waive SUBJECT`: a line, a charge or an invoice that is not paid; a paid one makes a dead letter. */
export async function waive(subject: string, options: WordOptions): Promise<void> {
  const accountId = await accountOf(subject);
  await withLog((at) => tellCharges(at, 'waive', subject, accountId, options), 'warn');
  console.log(`${subject} will be waived, unless it is paid by then or an attempt is under way`);
}

/** `bomfri charges approve SUBJECT`: a line, or an entry of one, that was waived is collected with the next charge. */
export async function approve(subject: string, options: WordOptions): Promise<void> {
  const accountId = await accountOf(subject);
  await withLog((at) => tellCharges(at, 'approve', subject, accountId, options), 'warn');
  console.log(`what was waived of ${subject} joins the account's next charge`);
}

/** `bomfri charges hold-blocking ACCOUNT` */
export async function holdBlocking(accountId: string, options: WordOptions): Promise<void> {
  await tellOfAccount('hold_blocking', accountId, options);
  console.log(`account ${accountId} will not be blocked for payment trouble`);
}

/** `bomfri charges release-blocking ACCOUNT` */
export async function releaseBlocking(accountId: string, options: WordOptions): Promise<void> {
  await tellOfAccount('release_blocking', accountId, options);
  console.log(`account ${accountId} may be blocked for payment trouble again`);
}

/** Whose a line, entry, charge or invoice is. @throws when the warehouse knows none */
function accountOf(subject: string): Promise<string> {
  return withClickHouse(async (client) => {
    const result = await client.query({
      query: 'SELECT accountId FROM ledger WHERE has([lineId, entryId, ownerId], {subject: String}) LIMIT 1',
      query_params: { subject }, format: 'JSONEachRow',
    });
    const [found] = await result.json<{ accountId: string }>();
    if (found === undefined) throw new Error(`the ledger knows no line, charge or invoice '${subject}'`);
    return found.accountId;
  });
}

/** @throws there is no such account */
function tellOfAccount(type: Control['type'], accountId: string, options: WordOptions): Promise<void> {
  return withLog(async (at) => {
    await requireAccount(at, accountId);
    await tellCharges(at, type, accountId, accountId, options);
  }, 'warn');
}

async function tellCharges(
  { log, ids }: CommandLog, type: Control['type'], subject: string, accountId: string, { by, reason }: WordOptions,
): Promise<void> {
  const issuedAt = Date.now();
  const control: Control = {
    controlId: randomUUID(), type, subject, to: null, version: null, issuedAt, issuedBy: by ?? userInfo().username, reason,
  };
  await log.append([{
    topic: topics.chargesControl.name,
    partition: partitionOf(accountId, partitionCounts.account),
    records: [{ key: Buffer.from(accountId), value: openCodec('Control', ids).encode(control), timestamp: issuedAt }],
  }]);
}
