import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { changeTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { OWNERS_WRITER } from '../owners/apply.ts';
import { PERMITS_WRITER } from '../permits/apply.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';

export interface TablesLog {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** UTC ms */
  readonly now: number;
}

/** Takes out permits that ended before then (UTC ms), and tells pricing. @returns how many */
export async function forgetPermits({ log, ids, now }: TablesLog, before: number): Promise<number> {
  const { changed } = await changeTable({
    log, topic: topics.permits.name, transactionalId: PERMITS_WRITER, codec: openCodec('Permit', ids), now,
    plan: (current) => gone([...current].filter(([, { to }]) => to !== null && to <= before)),
    announce: (_changed, version) => openAnnouncer(ids, 'privacy', now).toPricing('permits', version),
  });
  return changed.length;
}

/** Takes out registered owners whom no file has named since then (UTC ms), and tells pricing. @returns how many */
export async function forgetOwners({ log, ids, now }: TablesLog, before: number): Promise<number> {
  const { changed } = await changeTable({
    log, topic: topics.owners.name, transactionalId: OWNERS_WRITER, codec: openCodec('VehicleOwner', ids), now,
    plan: (current, writtenAt) => gone([...current].filter(([vehicle]) => writtenAt.get(vehicle)! <= before)),
    announce: (_changed, version) => openAnnouncer(ids, 'privacy', now).toPricing('owners', version),
  });
  return changed.length;
}

function gone(entries: readonly (readonly [string, unknown])[]): Map<string, null> {
  return new Map(entries.map(([key]) => [key, null]));
}
