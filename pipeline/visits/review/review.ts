import { RejectedError } from '../../engine/stage.ts';
import type { Control } from '../../records/records.ts';
import { wasInside } from '../pairing/inside-then.ts';
import {
  firstRead, isSamePassage, noRuling, readKey, ruledEvidence, settledDecision,
  type ExitDecision, type Passage, type PlateKey, type Ruling,
} from '../passages/passages.ts';
import type { Stay } from '../state/stay.ts';
import { Timelines, type Telling } from '../stays/stays.ts';

/**
 * What a person's word does to visits (what it does to an irregularity: dismissal.ts). It is kept with the passage that it is about, so that every later fold and every
 * later decision goes by it, and takes effect through the same rules as what is read.
 *
 * @throws {RejectedError} there is nothing that the word could be about, or it contradicts what was read
 */
export function review(control: Control, telling: Telling): void {
  switch (control.type) {
    case 'review_confirm':
      return confirm(stayOf(control.visitId!, telling), telling);
    case 'review_split':
      return split(stayOf(control.visitId!, telling), telling);
    case 'review_merge':
      return merge(stayOf(control.visitId!, telling), stayOf(control.otherVisitId!, telling), telling);
    case 'review_correct':
      return correct(
        stayOf(control.visitId!, telling), { country: control.country!, plate: control.plate! }, telling,
      );
  }
}

/** It is one vehicle's stay: closed, for sure. */
function confirm(stay: Stay, telling: Telling): void {
  const { entry, exit } = paired(stay);
  // Whatever rivals it had, it has no more; and it stays there when further reads make another plate of it.
  const decision = settledDecision(exit.decision?.given ?? { country: stay.country, plate: stay.plate });
  change(stay, [{ passage: exit, ruling: { pairedWith: readKey(firstRead(entry)), apartFrom: null }, decision }], telling);
}

/**
 * It is two vehicles', or one's twice: the exit stands under its own plate again. If that is the entry's plate too, the
 * vehicle had left unread before; else it is still inside.
 */
function split(stay: Stay, telling: Telling): void {
  const { entry, exit } = paired(stay);
  const given = exit.decision?.given ?? null;
  const { plate, country } = exit.evidence;
  const goesElsewhere = given !== null && (given.plate !== plate || given.country !== country);
  change(stay, [
    ...(goesElsewhere ? [] : [{ passage: entry, ruling: { goneAt: firstRead(exit).at } }]),
    { passage: exit, ruling: { apartFrom: readKey(firstRead(entry)), pairedWith: null }, decision: settledDecision(null) },
  ], telling);
}

/** The exit of the one visit belongs to the entry of the other. */
function merge(stray: Stay, open: Stay, telling: Telling): void {
  const { exit } = stray;
  const { entry, country, plate } = open;
  if (stray.entry !== null || exit === null) {
    throw new RejectedError('not_mergeable', 'the first visit has an entry, or no exit');
  }
  if (entry === null || open.exit !== null || open.why !== null) {
    throw new RejectedError('not_mergeable', 'the other visit has no entry, or an exit');
  }
  const { at } = firstRead(exit);
  if (firstRead(entry).at >= at) throw new RejectedError('not_mergeable', 'the exit is before the entry');
  const { stays, garage } = telling;
  if (!wasInside(open, garage.plateOf(country, plate), at, stays, garage)) {
    throw new RejectedError('not_mergeable', 'the vehicle came in again, or left, before that exit');
  }
  change(stray, [{
    passage: exit,
    ruling: { pairedWith: readKey(firstRead(entry)), apartFrom: null },
    decision: settledDecision({ country, plate }),
  }], telling);
  const merged = stays.get(open.visitId)?.exit ?? null;
  if (merged === null || !isSamePassage(merged, exit)) {
    throw new RejectedError('not_mergeable', 'other reads of the vehicle contradict it');
  }
}

/** The plate is this one, whatever was read. */
function correct(stay: Stay, plate: PlateKey, telling: Telling): void {
  const passages = [stay.entry, stay.exit].filter((passage) => passage !== null);
  change(stay, passages.map((passage) => ({ passage, ruling: { plate }, decision: null })), telling);
}

/** @throws {RejectedError} */
function stayOf(visitId: string, { stays, garage }: Telling): Stay {
  const stay = stays.get(visitId);
  if (stay === undefined || stay.garageId !== garage.garageId) {
    const why = 'no live visit of this garage has that id: it is wrong, or older than the horizon';
    throw new RejectedError('unknown_visit', why);
  }
  return stay;
}

function paired({ entry, exit }: Stay): { entry: Passage; exit: Passage } {
  if (entry === null || exit === null) throw new RejectedError('not_paired', 'the visit lacks its entry or its exit');
  return { entry, exit };
}

interface Change {
  readonly passage: Passage;
  readonly ruling: Partial<Ruling>;
  /** Left out: as before. */
  readonly decision?: ExitDecision | null;
}

function change(stay: Stay, changes: readonly Change[], telling: Telling): void {
  const timelines = new Timelines(telling);
  for (const { passage, ruling: change, decision = passage.decision } of changes) {
    const { owners } = timelines.take(passage, stay);
    const ruling = { ...(passage.ruling ?? noRuling), ...change };
    const evidence = ruling.plate === null ? passage.evidence : ruledEvidence(ruling.plate);
    timelines.put({ passage: { ...passage, evidence, decision, ruling }, owners });
  }
  timelines.tell();
}
