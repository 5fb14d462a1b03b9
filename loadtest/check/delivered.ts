import type { ReadPlace } from '../gateways/prepared-day.ts';
import type { ReadCounts } from './read-counts.ts';
import type { Told } from './told.ts';

export interface Delivered {
  /** Different reads that were accepted at least once. */
  readonly accepted: number;
  readonly lost: number;
  readonly doubled: number;
  /** The first few that are lost or doubled. */
  readonly examples: readonly ReadPlace[];
}

const EXAMPLES = 5;

/**
 * Holds what was accepted against what stands on the topic: each read as often as it was accepted,
 * and none that nobody sent.
 */
export function compareDelivered({ accepted, unknown }: Told, standing: ReadCounts): Delivered {
  const examples: ReadPlace[] = [];
  let known = 0;
  let lost = 0;
  let doubled = 0;
  const missing = (place: ReadPlace): void => {
    if (examples.length < EXAMPLES) examples.push(place);
  };
  for (const place of accepted.places()) {
    const least = accepted.of(place);
    if (least > 0) known += 1;
    if (standing.of(place) >= least) continue;
    lost += 1;
    missing(place);
  }
  for (const place of standing.places()) {
    if (standing.of(place) <= accepted.of(place) + unknown.of(place)) continue;
    doubled += 1;
    missing(place);
  }
  return { accepted: known, lost, doubled, examples };
}
