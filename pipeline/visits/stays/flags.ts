import { noneOf } from '../../records/none-of.ts';
import type { KindOfStay } from './irregular-stays.ts';

export const noFlags = noneOf('');

/** Types of irregularities that concern a stay, sorted as its kinds are. */
export function flagsOf(kinds: readonly KindOfStay[]): readonly string[] {
  if (kinds.length === 0) return noFlags;
  const flags: string[] = [];
  for (const { type } of kinds) flags.push(type);
  return flags;
}
