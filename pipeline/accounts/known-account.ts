import { topics } from '../../topics/topics.ts';
import { askGlobalTable } from '../engine/global-table.ts';
import { openCodec } from '../records/codec.ts';
import type { CommandLog } from '../service/with-log.ts';

/** So that a mistyped id is told at once, and nobody takes a person for blocked or erased. @throws there is no such account */
export async function requireAccount({ log, ids, logger }: Pick<CommandLog, 'log' | 'ids' | 'logger'>, accountId: string): Promise<void> {
  const accounts = { log, topic: topics.accounts.name, codec: openCodec('Account', ids), logger };
  if (await askGlobalTable(accounts, accountId) === undefined) throw new Error(`there is no account '${accountId}': nothing was done`);
}
