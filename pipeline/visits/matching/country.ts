/**
 * What the countries of two evidences say of whether they are of one vehicle, in nats. They are misread too, and the
 * plate's own form speaks for most of what a country could say, so it is little.
 */
export function countryEvidence(a: string, b: string): number {
  if (a === UNKNOWN || b === UNKNOWN) return 0;
  if (a !== b) return DIFFERENT;
  return a === COMMONEST ? SAME : SAME_AND_RARE;
}

const UNKNOWN = 'XX';
const COMMONEST = 'NO';
const SAME = 0.1;
const SAME_AND_RARE = 1;
const DIFFERENT = -1.5;
