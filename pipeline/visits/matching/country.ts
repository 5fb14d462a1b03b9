import { shippedConfusions, type Confusions } from './confusions.ts';

/**
 * What the countries of two evidences say of whether they are of one vehicle, in nats. They are misread too, and the
 * plate's own form speaks for most of what a country could say, so it is little.
 */
export function countryEvidence(a: string, b: string): number {
  if (a === UNKNOWN || b === UNKNOWN) return 0;
  if (a !== b) return different;
  return SAME;
}

const UNKNOWN = 'XX';
/** Which countries are common differs from garage to garage: little, for most plates of one are of that country. */
const SAME = 0.1;
/** They never say more for one vehicle. */
export const MOST_OF_COUNTRIES = SAME;

/** So many vehicles differ from each other in their country, for all that their plates look alike. */
const DIFFERENT_VEHICLES = 0.2;
/** What is assumed before anything is learned. */
const ASSUMED_READS = 200;
const ASSUMED_WRONG = 0.03;

const different = differentCountries(shippedConfusions);

function differentCountries({ countryRight, countryWrong }: Confusions): number {
  const wrong = (ASSUMED_READS * ASSUMED_WRONG + countryWrong) / (ASSUMED_READS + countryRight + countryWrong);
  // Cameras elsewhere may be worse at it.
  return Math.log(Math.max(0.04, 2 * wrong) / DIFFERENT_VEHICLES);
}
