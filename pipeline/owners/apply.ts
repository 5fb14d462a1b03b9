import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { runApply } from '../configuration/apply-command.ts';
import { changeTable, type ChangedTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { VehicleOwner } from '../records/records.ts';
import { ownedVehicle, readOwnersFile } from './owners-file.ts';

export interface ApplyOwners {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly owners: readonly VehicleOwner[];
  /** Who or what did it, for the control records. */
  readonly issuedBy: string;
  /** UTC ms. */
  readonly now?: number;
}

/** Whoever changes the owners claims this first. */
export const OWNERS_WRITER = 'bomfri-owners-apply';
/**
 * Who is named again is written again after so long, for whoever is not named any more is forgotten
 * some day (`../privacy`).
 */
const NAMED_AGAIN_AFTER_MS = 30 * 86_400_000;

/** Makes the table hold these owners and tells pricing. Vehicles that are not named stay as they are. */
export function applyOwners({ log, ids, owners, issuedBy, now = Date.now() }: ApplyOwners): Promise<ChangedTable> {
  const announcer = openAnnouncer(ids, issuedBy, now);
  return changeTable({
    log,
    topic: topics.owners.name,
    transactionalId: OWNERS_WRITER,
    codec: openCodec('VehicleOwner', ids),
    now,
    plan: (current, writtenAt) => new Map(owners.map((owner) => [ownedVehicle(owner), owner] as const)
      .filter(([vehicle, owner]) => JSON.stringify({ ...owner }) !== JSON.stringify({ ...current.get(vehicle) })
        || now - writtenAt.get(vehicle)! >= NAMED_AGAIN_AFTER_MS)),
    announce: (_changed, version) => announcer.toPricing('owners', version),
  });
}

/** `bomfri owners apply FILE` */
export async function apply(file: string): Promise<void> {
  const owners = await readOwnersFile(file);
  await runApply('owners', async (log, ids) => {
    const { changed, version } = await applyOwners({ log, ids, owners, issuedBy: 'cli' });
    // The keys hold plates, which are not to be shown.
    return { version, changed: changed.map((_, index) => `owner ${index + 1}`) };
  });
}
