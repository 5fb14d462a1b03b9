import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { changeTable, type ChangedTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { refuseSharedSerial } from './garages-file.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Garage } from '../records/records.ts';
import { refuseChangedTariffs } from './tariff-history.ts';

export interface ApplyGarages {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly garages: readonly Garage[];
  /** Who or what did it, for the control records. */
  readonly issuedBy: string;
  /** UTC ms. */
  readonly now?: number;
}

/**
 * Makes the table hold these garages and tells visits (each changed garage on its partition) and pricing. Garages
 * that are not named stay as they are; a garage that does not differ is not written again.
 * @throws {ConfigurationError} a camera's serial on two garages, or a change of a tariff that was in force
 */
export function applyGarages({ log, ids, garages, issuedBy, now = Date.now() }: ApplyGarages): Promise<ChangedTable> {
  const codec = openCodec('Garage', ids);
  const announcer = openAnnouncer(ids, issuedBy, now);
  const differs = (garage: Garage, present: Garage | undefined): boolean =>
    present === undefined || !codec.encode(garage).equals(codec.encode(present));
  return changeTable({
    log,
    topic: topics.garages.name,
    transactionalId: 'bomfri-garages-apply',
    codec,
    now,
    plan: (current) => {
      const named = garages.map((garage) => [garage.garageId, garage] as const);
      refuseSharedSerial(new Map([...current, ...named]).values());
      for (const garage of garages) {
        const present = current.get(garage.garageId);
        if (present !== undefined) refuseChangedTariffs(garage, present, now);
      }
      const changed = garages.filter((garage) => differs(garage, current.get(garage.garageId)));
      return new Map(changed.map((garage) => [garage.garageId, garage]));
    },
    announce: (changed, version) =>
      [...announcer.toVisits(changed, version), ...announcer.toPricing('garages', version)],
  });
}
