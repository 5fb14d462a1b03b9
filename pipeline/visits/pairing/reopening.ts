import type { Table } from '../../engine/state.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { isTwin } from '../matching/twins.ts';
import { comparePassages, firstRead, isOwn, leadsOut, pendingDecision, type Passage } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import { Timelines, type Telling } from '../stays/stays.ts';
import { isContested, isDoubtfullyLong, isRivalledHere } from './pairing.ts';

/**
 * An exit of its own plate's stay is taken at once, if by what is known no other vehicle may have made it. What was read
 * before it and comes in only then (an entry of a look-alike, or a look-alike's exit) may show that one may have: then
 * pairing decides after all. What was told stands until it has.
 */

/** False: no exit was read after the passage yet. Reads mostly come in order. */
export function isBeforeAnExit(passage: Passage, { latestExitAt }: GarageIndex): boolean {
  return latestExitAt >= firstRead(passage).at;
}

/**
 * False: no exit read since then (ms UTC) is made doubtful by a passage of that evidence (`reopenAfter`). So it is mostly, though vehicles
 * of plates that could be its own have left since.
 */
export function mayReopen(at: number, evidence: PlateEvidence, stays: Table<Stay>, garage: GarageIndex): boolean {
  const left = garage.leftSince(at, evidence);
  for (let i = 0; i < left.length; i++) {
    const stay = stays.at(left[i]!)!;
    if (stay.entry !== null && stay.exit !== null && stay.why === null && mayMatter({ evidence }, stay.exit, stay, garage)) return true;
  }
  return false;
}

/**
 * Has pairing decide on those of the exits read after it (`isBeforeAnExit`) that were taken at once, and that it makes doubtful.
 * @param decidedBy what was decided on when it changed; of the exits up to that only those that nothing was decided on, and that others may
 *   have made. What a decision changes must make none doubtful again that was decided before it: two such would have each other decided
 *   for ever
 */
export function reopenAfter(passage: Passage, telling: Telling, decidedBy = passage): void {
  const { stays, garage } = telling;
  for (const slot of garage.leftSince(firstRead(passage).at, passage.evidence)) {
    const stay = stays.at(slot);
    if (stay === undefined || stay.entry === null || stay.exit === null || stay.why !== null) continue;
    const { exit } = stay;
    if (exit.ruling !== null || !leadsOut(exit) || comparePassages(exit, passage) <= 0) continue;
    const isEarlier = comparePassages(exit, decidedBy) <= 0;
    if (isEarlier && exit.decision !== null) continue;
    // Left unpaired before, and now its own plate's entry is here: what was weighed then is past.
    if (exit.decision !== null && exit.decision.given !== null) continue;
    if (!mayMatter(passage, exit, stay, garage)) continue;
    const isDoubtful = (isEarlier ? isRivalledHere : isContested)(exit, stay, stays, garage);
    const decision = isDoubtful ? pendingDecision(exit.evidence) : null;
    if (decision === exit.decision) continue;
    const timelines = new Timelines(telling);
    const { owners } = timelines.take(exit, stay);
    timelines.put({ passage: { ...exit, decision }, owners });
    timelines.tell();
  }
}

/** False: whatever may have made the exit, or have ended the stay, the passage is none of it. */
function mayMatter(passage: Pick<Passage, 'evidence'>, exit: Passage, own: Stay, garage: GarageIndex): boolean {
  return isOwn(own, passage) || isTwin(exit.evidence.plate, passage.evidence) || garage.contested.by(own.visitId).length > 0 ||
    isDoubtfullyLong(own.entry!, exit, garage);
}
