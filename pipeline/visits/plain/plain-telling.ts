import { visitOf, type PlainVisit } from '../../records/plain-visit.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { firstRead, lastRead, type Passage, type PassageRead } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { RULES_VERSION } from '../stays/emission.ts';
import { noFlags } from '../stays/flags.ts';
import type { OpenStay } from './plain-row.ts';

/** Where the plain cases put what they find. */
export interface PlainSink {
  visit(visit: Visit): void;
  /**
   * The plain entries and exits, which are nearly all that is told, each with the name as the bytes that there are of it: who only
   * writes it down needs no text of that. The bytes hold until it returns. Left out: `visit` is told.
   */
  plainVisit?(visit: PlainVisit): void;
  irregularity(irregularity: Irregularity): void;
}

/** Tells of a stay that its entry began. @param name of its visit, all the bytes */
export function tellOpened({ operatorId, garageId }: GarageIndex, name: Buffer, entry: PassageRead, sink: PlainSink): void {
  tell(sink, {
    name,
    nameStart: 0,
    nameEnd: name.length,
    revision: 1,
    status: 'open',
    operatorId,
    garageId,
    plate: entry.plate,
    country: entry.country,
    plateRead: true,
    entryReadId: entry.readId,
    exitReadId: null,
    firstSeenAt: entry.at,
    enteredAt: entry.at,
    exitedAt: null,
    matchConfidence: 0,
    flags: noFlags,
    rulesVersion: RULES_VERSION,
  });
}

/** Tells of an open stay that its exit ended. @param name bytes with its visit's name, from `nameStart` up to `nameEnd` */
export function tellClosed(
  { operatorId, garageId }: GarageIndex, name: Buffer, nameStart: number, nameEnd: number, open: OpenStay, exit: Passage,
  matchConfidence: number, flags: readonly string[], sink: PlainSink,
): void {
  const enteredBy = lastRead(open);
  const leftBy = firstRead(exit);
  tell(sink, {
    name,
    nameStart,
    nameEnd,
    revision: open.revision + 1,
    status: 'closed',
    operatorId,
    garageId,
    plate: leftBy.plate,
    country: leftBy.country,
    plateRead: true,
    entryReadId: enteredBy.readId,
    exitReadId: leftBy.readId,
    firstSeenAt: open.firstSeenAt,
    enteredAt: enteredBy.at,
    exitedAt: leftBy.at,
    matchConfidence,
    flags,
    rulesVersion: RULES_VERSION,
  });
}

function tell(sink: PlainSink, visit: PlainVisit): void {
  if (sink.plainVisit === undefined) sink.visit(visitOf(visit));
  else sink.plainVisit(visit);
}
