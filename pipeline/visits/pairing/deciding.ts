import {
  comparePassages, firstRead, isOwn, isSamePassage, leadsOut, pendingDecision, readKey, type Passage,
} from '../passages/passages.ts';
import type { Stay } from '../state/stay.ts';
import { homeOf, type OwnedPassage, type Telling } from '../stays/stays.ts';
import { wasStay } from './inside-then.ts';
import { decideExit, isDoubtfullyLong, isRivalled, wasContestedBefore } from './pairing.ts';
import { isBeforeAnExit, reopenAfter } from './reopening.ts';

/** When pairing is asked, and asked again: of exits that others may have made, and of those that were weighed against what has ended. */

/** Has pairing decide by what was read up to the passage, and on what that makes of earlier exits and doubtful of later ones. */
export function decideOn(passage: Passage, stay: Stay, telling: Telling): void {
  const until = firstRead(passage).at + 1;
  const others = decideExit(stay, passage, telling, until);
  reopenContested(telling, until);
  if (!isBeforeAnExit(passage, telling.garage)) return;
  for (const decided of [...others, passage]) reopenAfter(decided, telling, passage);
}

/** What pairing decided on a passage was by less than has been read of it now. */
export function decideGrown(passage: Passage, telling: Telling): void {
  const { stays, garage } = telling;
  const { country, plate } = homeOf(passage);
  for (const slot of garage.slotsOf(country, plate)) {
    const stay = stays.at(slot)!;
    for (const known of [stay.entry, stay.exit]) {
      if (known !== null && isSamePassage(known, passage)) return decideOn(known, stay, telling);
    }
  }
}

/** An exit of its own plate's stay that another vehicle may have made: pairing decides, and anew if its plate is another now. */
export function weighed({ passage, owners }: OwnedPassage, before: readonly OwnedPassage[], { stays, garage }: Telling): Passage {
  const { evidence, ruling, decision } = passage;
  const isReadAnew = before.some(({ passage: known }) => isReadOtherwise(known, passage));
  // One that was given to another's timeline stays there until it is decided anew.
  const isElsewhere = decision?.given != null && !isOwn(decision.given, passage) && !isReadAnew;
  if (ruling !== null || isElsewhere) return passage;
  if (!leadsOut(passage)) return { ...passage, decision: null };
  // Who else may have made it is the same for all stays of its plate but for that: a sign that is read all day has hundreds.
  const rivalled = new Map<boolean, boolean>();
  for (const slot of garage.slotsOf(evidence.country, evidence.plate)) {
    const own = stays.at(slot)!;
    if (own.entry === null || !wasStay(own) || comparePassages(own.entry, passage) >= 0) continue;
    const isOwner = owners.some(({ visitId }) => visitId === own.visitId);
    if (own.exit !== null && !isOwner && comparePassages(own.exit, passage) < 0) continue;
    const isLong = isDoubtfullyLong(own.entry, passage, garage);
    let isDoubtful = rivalled.get(isLong);
    if (isDoubtful === undefined) rivalled.set(isLong, (isDoubtful = isRivalled(own, slot, passage, isLong, stays, garage)));
    if (isDoubtful || wasContestedBefore(passage, own, stays, garage)) return { ...passage, decision: pendingDecision(evidence) };
  }
  return { ...passage, decision: null };
}

/** An entry that came late may be the one that exits were left unpaired for. */
export function reopenStrays(entry: Passage, telling: Telling): void {
  const { stays, garage } = telling;
  for (const slot of garage.strays.near(entry.evidence)) {
    const stray = stays.at(slot);
    if (stray?.exit?.decision != null && firstRead(stray.exit).at > firstRead(entry).at) decideExit(stray, stray.exit, telling);
  }
}

/**
 * Stays have ended that other exits were weighed against. Each exit is decided once: what is left unpaired and given by turns has another
 * name each time, and two such would have each other decided for ever.
 * @param until see `decideExit`
 */
export function reopenContested(telling: Telling, until = Infinity): void {
  const { stays, garage, ended } = telling;
  if (ended.length === 0) return;
  const seen = new Set<string>();
  for (let visitId = ended.pop(); visitId !== undefined; visitId = ended.pop()) {
    const by = stays.get(visitId)?.exit;
    // Ended only by what counts as not read yet.
    if (by != null && firstRead(by).at >= until) continue;
    const strays = garage.contested.by(visitId).map((strayId) => stays.get(strayId)!);
    for (const { visitId: strayId, exit } of strays.sort((a, b) => comparePassages(a.exit!, b.exit!))) {
      const stray = stays.get(strayId);
      if (stray?.exit == null) continue;
      const key = readKey(firstRead(stray.exit));
      if (seen.has(key)) continue;
      seen.add(key);
      if (firstRead(exit!).at < until) decideExit(stray, stray.exit, telling, until);
    }
  }
}

/** As of another plate, or going another way. */
export function isReadOtherwise(known: Passage, grown: Passage): boolean {
  return !isOwn(known.evidence, grown) || known.direction !== grown.direction;
}
