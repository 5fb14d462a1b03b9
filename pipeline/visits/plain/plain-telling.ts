import { visitOf, type PlainVisit } from '../../records/plain-visit.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { firstRead, lastRead, type Passage, type PassageRead } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { RULES_VERSION } from '../stays/emission.ts';
import { noFlags } from '../stays/flags.ts';
import type { OpenRow } from './plain-row.ts';

/** Where the plain cases put what they find. */
export interface PlainSink {
  visit(visit: Visit): void;
  /**
   * The plain entries and exits, which are nearly all that is told: who only writes it down needs no `Visit` of them, whose making and
   * collecting costs as much as the writing. Left out: `visit` is told.
   */
  plainVisit?(visit: PlainVisit): void;
  irregularity(irregularity: Irregularity): void;
}

/** Tells of a stay that its entry began. @param name of its visit, all the bytes */
export function tellOpened({ operatorId, garageId }: GarageIndex, name: Buffer, entry: PassageRead, sink: PlainSink): void {
  told.name = name;
  told.nameStart = 0;
  told.nameEnd = name.length;
  told.revision = 1;
  told.status = 'open';
  told.operatorId = operatorId;
  told.garageId = garageId;
  told.plate = entry.plate;
  told.country = entry.country;
  told.entryReadId = entry.readId;
  told.exitReadId = null;
  told.firstSeenAt = entry.at;
  told.enteredAt = entry.at;
  told.exitedAt = null;
  told.matchConfidence = 0;
  told.flags = noFlags;
  tell(sink);
}

/** Tells of an open stay that its exit ended. @param name bytes with its visit's name, from `nameStart` up to `nameEnd` */
export function tellClosed(
  { operatorId, garageId }: GarageIndex, name: Buffer, nameStart: number, nameEnd: number, open: OpenRow, exit: Passage,
  matchConfidence: number, flags: readonly string[], sink: PlainSink,
): void {
  const enteredBy = lastRead(open);
  const leftBy = firstRead(exit);
  told.name = name;
  told.nameStart = nameStart;
  told.nameEnd = nameEnd;
  told.revision = open.revision + 1;
  told.status = 'closed';
  told.operatorId = operatorId;
  told.garageId = garageId;
  told.plate = leftBy.plate;
  told.country = leftBy.country;
  told.entryReadId = enteredBy.readId;
  told.exitReadId = leftBy.readId;
  told.firstSeenAt = open.firstSeenAt;
  told.enteredAt = enteredBy.at;
  told.exitedAt = leftBy.at;
  told.matchConfidence = matchConfidence;
  told.flags = flags;
  tell(sink);
}

function tell(sink: PlainSink): void {
  if (sink.plainVisit === undefined) sink.visit(visitOf(told));
  else sink.plainVisit(told);
}

const told: { -readonly [Field in keyof PlainVisit]: PlainVisit[Field] } = {
  name: Buffer.alloc(0), nameStart: 0, nameEnd: 0, revision: 0, status: 'open', operatorId: '', garageId: '', plate: '', country: '', plateRead: true,
  entryReadId: null, exitReadId: null, firstSeenAt: 0, enteredAt: null, exitedAt: null, matchConfidence: 0, flags: noFlags,
  rulesVersion: RULES_VERSION,
};
