import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { openCodec } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import type { Garage } from '../records/records.ts';
import { newKeyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';

/** The operator of a garage that is not configured, or names none. */
const DEFAULT_OPERATOR = 'default';

/**
 * Follows `parking.api-keys`: a key that is created or revoked counts within a second. While Kafka is away the last
 * known keys hold, and nothing can be stored with them.
 */
export async function openKeyRing(
  log: Log, ids: SchemaIds, garages: GlobalTable<Garage>, logger: Logger,
): Promise<KeyRing & { close(): Promise<void> }> {
  const keys = await openGlobalTable({ log, topic: topics.apiKeys.name, codec: openCodec('ApiKey', ids), logger });
  const ring = newKeyRing(keys, (garageId) => garages.get(garageId)?.operatorId ?? DEFAULT_OPERATOR);
  return { ...ring, close: () => keys.close() };
}
