import { noneOf } from '../../records/none-of.ts';
import { kindsOfStays } from './irregular-stays.ts';
import type { FoldedStay } from './timeline.ts';

export const noFlags = noneOf('');

/** Types of irregularities that concern the stay, sorted. */
export function flagsOf(stay: FoldedStay): readonly string[] {
  const flags: string[] = [];
  // The kinds are sorted.
  for (const { type, concerns } of kindsOfStays) if (concerns(stay)) flags.push(type);
  return flags.length === 0 ? noFlags : flags;
}
