import type { StayTimes } from './stay-times.ts';

/**
 * How many vehicles are likely inside: of those that were seen coming in, the ones that did not leave unread; and those
 * that came in unread, as many for each as passages go by unread.
 * @param entered when each of the open visits began, ms UTC
 * @param countedAt instant of the last recount: visits from before it that are still open were inside then; 0: none
 */
export function likelyInside(entered: Iterable<number>, at: number, countedAt: number, stayTimes: StayTimes): number {
  let seen = 0;
  for (const enteredAt of entered) seen += stayTimes.stillInsideShare(at - enteredAt, Math.max(0, countedAt - enteredAt));
  return seen / (1 - stayTimes.missedShare);
}
