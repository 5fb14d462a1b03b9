import { SAME_MISREAD } from '../shared-numbers';
import { Channel } from './channel.as';
import { likelihoodOfOther } from './likelihood.as';
import { ask, chanceTold, tell } from './misreads.as';
import { Prepared } from './prepared.as';
import { numberAmongOthers, numberAmongOwn } from './shared-plates.as';

/** How likely two misreads of one plate differ so, against one misread of the other. */
const EITHER_MISREAD: f64 = 2;

/** P(both | one vehicle) / (P(a) P(b)): summed over the plates that it may have. @param shared see `shared-plates.as.ts` */
export function asOneVehicle(channel: Channel, a: Prepared, b: Prepared, shared: u32): f64 {
  const isOnePlate = numberAmongOthers(shared, 0) == 0;
  if (!isOnePlate) {
    ask(a.text(0).symbols, a.text(0).length, b.text(0));
    ask(b.text(0).symbols, b.text(0).length, a.text(0));
  }
  for (let i = 1; i <= a.candidates; i++) {
    if (numberAmongOthers(shared, i) != 0) ask(a.text(i).symbols, a.text(i).length, b.text(0));
  }
  for (let j = 1; j <= b.candidates; j++) {
    if (numberAmongOwn(shared, a, j) < 0) ask(b.text(j).symbols, b.text(j).length, a.text(0));
  }
  tell(channel);
  // In the order in which they were asked for.
  let told = isOnePlate ? 0 : 2;
  let ofA: f64 = 0;
  for (let i = 1; i <= a.candidates; i++) {
    const number = numberAmongOthers(shared, i);
    if (number != 0) ofA += (a.candidateChance(i) * a.misreadShare * likelihoodOfOther(b, a.text(i), number, chanceTold(told++))) / a.share;
  }
  let ofB: f64 = 0;
  for (let j = 1; j <= b.candidates; j++) {
    if (numberAmongOwn(shared, a, j) < 0) ofB += (b.candidateChance(j) * b.misreadShare * likelihoodOfOther(a, b.text(j), -1, chanceTold(told++))) / b.share;
  }
  const candidates = ofA + ofB;
  const bothMisread = (a.misread * b.misread) / (a.share * b.share);
  if (isOnePlate) {
    // Both right, or one plate misread alike twice.
    return (a.text(0).share * a.right * b.right) / (a.share * b.share) + candidates + bothMisread * SAME_MISREAD * a.misreadShare;
  }
  const aAsB = chanceTold(0);
  const bAsA = chanceTold(1);
  // Either is right, or the vehicle has a plate that stands nowhere.
  return (a.text(0).share * a.right * likelihoodOfOther(b, a.text(0), numberAmongOthers(shared, 0), aAsB)) / a.share +
    (b.text(0).share * b.right * likelihoodOfOther(a, b.text(0), numberAmongOwn(shared, a, 0), bAsA)) / b.share + candidates +
    bothMisread * (EITHER_MISREAD / 2) * (a.misreadShare * aAsB + b.misreadShare * bAsA);
}
