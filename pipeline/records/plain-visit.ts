import type { Visit } from './records.ts';
import { textOfBytes } from './text-of-bytes.ts';

/**
 * A visit to be told, with its name as the bytes that the state has of it. Two of nearly every visit are told so, and no text is
 * made of a name that is only copied. The bytes are another's soon: who keeps the visit keeps `visitOf`.
 *
 * One object for all, written over, would cost three times as much: it soon is among the old ones, and the collector is told of each
 * young text that is put there.
 */
export interface PlainVisit extends Omit<Visit, 'visitId'> {
  /** Where its name stands: ASCII, of less than 64 letters. */
  readonly name: Buffer;
  readonly nameStart: number;
  readonly nameEnd: number;
}

/** The same as a record of its own. */
export function visitOf(told: PlainVisit): Visit {
  return {
    visitId: textOfBytes(told.name, told.nameStart, told.nameEnd),
    revision: told.revision,
    status: told.status,
    operatorId: told.operatorId,
    garageId: told.garageId,
    plate: told.plate,
    country: told.country,
    plateRead: told.plateRead,
    entryReadId: told.entryReadId,
    exitReadId: told.exitReadId,
    firstSeenAt: told.firstSeenAt,
    enteredAt: told.enteredAt,
    exitedAt: told.exitedAt,
    matchConfidence: told.matchConfidence,
    flags: told.flags,
    rulesVersion: told.rulesVersion,
  };
}
