import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { MailRequest } from '../records/records.ts';

/** Asks the mailer for a mail. Resolves once that can't be lost any more. */
export async function requestMail(log: Pick<Log, 'append'>, ids: SchemaIds, request: MailRequest): Promise<void> {
  const value = openCodec('MailRequest', ids).encode(request);
  const record = { key: Buffer.from(request.accountId), value, timestamp: request.requestedAt };
  const partition = partitionOf(request.accountId, partitionCounts.operator);
  await log.append([{ topic: topics.mailRequests.name, partition, records: [record] }]);
}
