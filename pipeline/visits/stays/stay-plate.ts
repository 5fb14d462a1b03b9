import type { PlateEvidence } from '../matching/evidence.ts';
import { voted } from '../matching/vote.ts';
import type { Passage } from '../passages/passages.ts';
import type { FoldedStay } from './timeline.ts';

/** The plate of a stay: the vote of all its reads, at the entry and at the exit. */
export function plateOfStay({ entry, exit }: Pick<FoldedStay, 'entry' | 'exit'>): PlateEvidence {
  if (entry === null) return exit!.evidence;
  if (exit === null || entry.ruling?.plate != null) return entry.evidence;
  if (exit.ruling?.plate != null) return exit.evidence;
  const { plate, country } = entry.evidence;
  if (plate === exit.evidence.plate && country === exit.evidence.country) return entry.evidence;
  const known = votes.get(exit);
  if (known?.entry === entry) return known.evidence;
  const evidence = voted([...entry.reads, ...exit.reads]);
  votes.set(exit, { entry, evidence });
  return evidence;
}

/** By exit: a stay is told of again and again, and a vote takes long. */
const votes = new WeakMap<Passage, { readonly entry: Passage; readonly evidence: PlateEvidence }>();
