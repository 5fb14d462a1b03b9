import { noneOf } from './none-of.ts';
import type { Candidate } from './records.ts';

/** Of nearly all reads. */
export const noCandidates: readonly Candidate[] = noneOf<Candidate>({ plate: '', confidence: 0 });
