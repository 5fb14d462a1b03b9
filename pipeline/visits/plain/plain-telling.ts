import type { Irregularity, Visit } from '../../records/records.ts';
import type { KeyAndValue } from '../../records/slab.ts';
import { firstRead, type Passage, type PassageRead, type PlateKey } from '../passages/passages.ts';
import { RULES_VERSION } from '../stays/emission.ts';
import { noFlags } from '../stays/flags.ts';
import type { OpenStay } from './plain-row.ts';
import type { GarageNames } from './read-at-hand.ts';

/** Where the plain cases put what they find. */
export interface PlainSink {
  visit(visit: Visit): void;
  irregularity(irregularity: Irregularity): void;
  /**
   * What is told of plain entries and exits, which is nearly all: who only writes it down gets it written, under the garage's id, with room
   * before the Avro body (`../../records/framing.ts`). The bytes hold until it returns. Left out: `visit` and `irregularity` are told.
   */
  readonly written?: {
    visit(record: KeyAndValue): void;
    irregularity(record: KeyAndValue): void;
  };
}

/** A revision of an open visit. @param entry the last read of its entry passage */
export function openVisit(
  garage: GarageNames, visitId: string, revision: number, { country, plate }: PlateKey, firstSeenAt: number,
  entry: PassageRead,
): Visit {
  return {
    visitId,
    revision,
    status: 'open',
    operatorId: garage.operatorId,
    garageId: garage.garageId,
    plate,
    country,
    plateRead: true,
    entryReadId: entry.readId,
    exitReadId: null,
    firstSeenAt,
    enteredAt: entry.at,
    exitedAt: null,
    matchConfidence: 0,
    flags: noFlags,
    rulesVersion: RULES_VERSION,
  };
}

/** The visit's next revision. @param open the stay that the exit ends, and its visit as it was told last */
export function closedVisit(
  garage: GarageNames, visitId: string, { country, plate }: PlateKey, open: OpenStay, exit: Passage, matchConfidence: number,
  flags: readonly string[],
): Visit {
  const { enteredBy } = open;
  const leftBy = firstRead(exit);
  return {
    visitId,
    revision: open.revision + 1,
    status: 'closed',
    operatorId: garage.operatorId,
    garageId: garage.garageId,
    plate,
    country,
    plateRead: true,
    entryReadId: enteredBy.readId,
    exitReadId: leftBy.readId,
    firstSeenAt: open.firstSeenAt,
    enteredAt: enteredBy.at,
    exitedAt: leftBy.at,
    matchConfidence,
    flags,
    rulesVersion: RULES_VERSION,
  };
}
