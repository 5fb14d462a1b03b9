import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { changeTable, type ChangedTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { planPermits } from './permit-history.ts';
import type { PermitEntry } from './permits-file.ts';

/** Whoever changes the permits claims this first. */
export const PERMITS_WRITER = 'bomfri-permits-apply';

export interface ApplyPermits {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly permits: readonly PermitEntry[];
  /** Who or what did it, for the control records. */
  readonly issuedBy: string;
  /** UTC ms: when permits without a from-time begin. */
  readonly now?: number;
}

/**
 * Makes the table hold these permits and tells pricing. Permits that are not named stay as they are.
 * @throws {ConfigurationError} see `planPermits`
 */
export function applyPermits({ log, ids, permits, issuedBy, now = Date.now() }: ApplyPermits): Promise<ChangedTable> {
  const announcer = openAnnouncer(ids, issuedBy, now);
  return changeTable({
    log,
    topic: topics.permits.name,
    transactionalId: PERMITS_WRITER,
    codec: openCodec('Permit', ids),
    now,
    plan: (current) => planPermits(current, permits, now),
    announce: (_changed, version) => announcer.toPricing('permits', version),
  });
}
