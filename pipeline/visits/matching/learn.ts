import { CONFUSIONS_FORMAT, type Confusions } from './confusions.ts';
import { editsOf } from './edits.ts';
import type { PlateEvidence } from './evidence.ts';

/** Counts misreads over reads whose true plate is known. */
export interface Learner {
  /** @param truth the vehicle's plate and country */
  add(read: PlateEvidence, truth: { readonly plate: string; readonly country: string }): void;
  /** What was counted; substitutions seen less often than `least` are only counted together. */
  confusions(least: number): Confusions;
}

/** Rows of the reliability, each so wide. */
const ROWS = 20;

export function openLearner(): Learner {
  const substitutions = new Map<string, Map<string, number>>();
  const characters = new Map<string, number>();
  const added = new Map<string, number>();
  const lostFirst = [0, 0, 0];
  const lostLast = [0, 0, 0];
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    upTo: (row + 1) / ROWS, right: 0, wrong: 0, rightWithCandidates: 0, wrongWithCandidates: 0,
  }));
  const counts = {
    misreads: 0, lostInside: 0, addedFirst: 0, addedLast: 0, addedInside: 0, swapped: 0, unlike: 0,
    misreadsWithCandidates: 0, truthAmongCandidates: 0, countryRight: 0, countryUnknown: 0, countryWrong: 0,
  };

  return {
    add(read, { plate, country }) {
      if (read.plate === '' || plate === '') return;
      if (read.country === 'XX') counts.countryUnknown++;
      else if (read.country === country) counts.countryRight++;
      else counts.countryWrong++;

      const edits = read.plate === plate ? null : editsOf(plate, read.plate);
      if (edits?.areUnlike) {
        // A sign, a trailer, another vehicle: it says nothing of how this plate is misread.
        counts.misreads++;
        counts.unlike++;
        return;
      }
      const row = rows[Math.max(0, Math.ceil(read.confidence * ROWS) - 1)]!;
      const hasCandidates = read.candidates.some((candidate) => candidate.plate !== '' && candidate.plate !== read.plate);
      if (edits === null) row[hasCandidates ? 'rightWithCandidates' : 'right']++;
      else row[hasCandidates ? 'wrongWithCandidates' : 'wrong']++;
      if (edits === null) return;

      counts.misreads++;
      if (hasCandidates) counts.misreadsWithCandidates++;
      if (read.candidates.some((candidate) => candidate.plate === plate)) counts.truthAmongCandidates++;
      for (const character of plate) count(characters, character);
      for (const character of edits.added) count(added, character);
      for (const [from, to] of edits.substituted) {
        if (!substitutions.has(from)) substitutions.set(from, new Map());
        count(substitutions.get(from)!, to);
      }
      if (edits.lostFirst > 0) lostFirst[Math.min(3, edits.lostFirst) - 1]!++;
      if (edits.lostLast > 0) lostLast[Math.min(3, edits.lostLast) - 1]!++;
      counts.lostInside += edits.lostInside;
      counts.addedFirst += edits.addedFirst;
      counts.addedLast += edits.addedLast;
      counts.addedInside += edits.addedInside;
      counts.swapped += edits.swapped;
    },

    confusions(least) {
      let rareSubstitutions = 0;
      const named: Record<string, Record<string, number>> = {};
      for (const [from, ofCharacter] of [...substitutions].sort()) {
        const [often, rare] = partedBy(least, ofCharacter);
        rareSubstitutions += rare;
        if (Object.keys(often).length > 0) named[from] = often;
      }
      const [addedOften, rareAdded] = partedBy(least, added);
      return {
        format: CONFUSIONS_FORMAT, ...counts, lostFirst, lostLast, characters: partedBy(least, characters)[0],
        added: addedOften, rareAdded, substitutions: named, rareSubstitutions, reliability: rows,
      };
    },
  };
}

function count(counts: Map<string, number>, character: string): void {
  counts.set(character, (counts.get(character) ?? 0) + 1);
}

/** What was counted at least so often, in the order of characters, and how much all the rest is. */
function partedBy(least: number, counts: ReadonlyMap<string, number>): [often: Record<string, number>, rare: number] {
  const often = [...counts].filter(([, times]) => times >= least).sort();
  const rare = [...counts.values()].reduce((sum, times) => (times < least ? sum + times : sum), 0);
  return [Object.fromEntries(often), rare];
}
