import type { Visit } from '../../records/records.ts';
import type { PairSigns } from '../confidence/pair-signs.ts';
import { profileReads, type ProfileOptions } from './profile-reads.ts';
import { openRulesRun } from './rules-run.ts';
import { compare } from './score.ts';

/** A visit with an entry and an exit as it was told last: what there was to see of it, and whether it is right. */
export interface ToldPair {
  readonly signs: PairSigns;
  readonly isRight: boolean;
}

/** Of simulated garages, of all visits that came to an end. */
export function toldPairs(options: ProfileOptions): ToldPair[] {
  const { garages, reads, truth } = profileReads(options);
  const signsOf = new Map<string, PairSigns | null>();
  const told = new Set<Visit>();
  const run = openRulesRun(garages, { visit: (visit) => void told.add(visit), irregularity() {} });
  reads.forEach((read, offset) => {
    run.read(read, offset);
    // A visit is told before its stay is kept.
    for (const visit of told) signsOf.set(visit.visitId, run.signsOf(visit));
    told.clear();
    if (offset % READS_A_SETTLING === 0) run.settle();
  });
  // What is told only once all clocks are moved on is a handful, of the last minutes.
  return run.end().visits.flatMap(({ visitId, garageId, status, entryReadId, exitReadId }) => {
    const signs = signsOf.get(visitId) ?? null;
    if ((status !== 'closed' && status !== 'review') || signs === null || entryReadId === null || exitReadId === null) return [];
    return [{ signs, isRight: compare(truth.ownerOf(garageId, entryReadId), truth.ownerOf(garageId, exitReadId)) === 'right' }];
  });
}

const READS_A_SETTLING = 500;
