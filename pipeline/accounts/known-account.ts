import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { openCodec } from '../records/codec.ts';
import type { CommandLog } from '../service/with-log.ts';

/** So that a mistyped id is told at once, and nobody takes a person for blocked or erased. @throws there is no such account */
export async function requireAccount({ log, ids, logger }: Pick<CommandLog, 'log' | 'ids' | 'logger'>, accountId: string): Promise<void> {
  const table = await openGlobalTable({ log, topic: topics.accounts.name, codec: openCodec('Account', ids), logger });
  const isKnown = table.get(accountId) !== undefined;
  await table.close();
  if (!isKnown) throw new Error(`there is no account '${accountId}': nothing was done`);
}
