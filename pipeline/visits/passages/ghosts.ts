import { firstRead, type Passage } from './passages.ts';

/** Cameras are surer of nearly all that has a plate, even of what they misread. */
const SURE_FROM = 0.6;
/** Plates of cars are longer, but for personalised ones. */
const LONGEST_SCRAP = 5;
const LONGEST_PLATE = 8;

/**
 * Whether what was read may be no vehicle's plate: a sign, a shadow, a reflection. One camera alone saw it, once, with
 * little confidence, no country and no second thought, and its text has the form of no plate.
 */
export function looksLikeNothing(passage: Passage): boolean {
  const { evidence: { country, candidates, plate }, reads } = passage;
  // What the camera said, not what that is worth in this garage: nothing of no vehicle was ever paired, so its worth was not counted.
  if (firstRead(passage).said >= SURE_FROM || country !== 'XX' || candidates.length > 0 || reads.length > 1) return false;
  return plate.length <= LONGEST_SCRAP || plate.length > LONGEST_PLATE || !/\d/.test(plate) || !/\D/.test(plate);
}
