/**
 * Exits that may be of the same vehicles are weighed together: each may have ended one of the stays, or be of a vehicle
 * whose entry was missed. Which of all ways to tell the whole story is how likely says how likely each single pair is.
 *
 * One vehicle may be in it several times: one that left by an earlier exit comes again unread, one whose exit was missed
 * is read anew at an entry. No stranger has to be invented then whose plate happens to be alike.
 *
 * All scores are nats.
 */
export interface Story {
  /** By exit, in the order of time, and stay: that the exit ended it; -Infinity where impossible. */
  readonly ended: readonly (readonly number[])[];
  /** By exit: that it is a stranger's whose entry was missed. */
  readonly stranger: readonly number[];
  /** By exit and stay: that it is that vehicle's, which had left unread and come in unread. */
  readonly unseen: readonly (readonly number[])[];
  /** That exit `i` is of the vehicle of stay `j`, which had left by exit `k` and come in again unread. */
  again(i: number, j: number, k: number): number;
  /**
   * That the vehicle of stay `j` left by exit `k`, or unread (-1), came in again as stay `next`, and exit `i` ended that;
   * -Infinity where impossible.
   */
  returned(i: number, j: number, next: number, k: number): number;
  /** That exit `i` ended stay `j`, whose vehicle was seen at an entry again as stay `next`; -Infinity where impossible. */
  seenInside(i: number, j: number, next: number): number;
}

/** By exit: how likely each stay is that it ended; what is left to one is how likely its entry was missed. */
export function weighJointly(story: Story): number[][] {
  const { ended, stranger, unseen, again, returned } = story;
  const stays = ended[0]?.length ?? 0;
  let tellings: Telling[] = [{ score: 0, before: null, pair: NONE, stay: NONE, end: OPEN, other: NONE, otherEnd: OPEN }];
  for (let i = 0; i < ended.length; i++) {
    const next: Telling[] = [];
    const cameAgain = comingsAgain(i, stays, story);
    for (const telling of tellings) {
      const endOf = endsOf(telling, stays);
      goOn(next, telling, stranger[i]!, NONE);
      for (let j = 0; j < stays; j++) {
        if (endOf[j] === OPEN) {
          goOn(next, telling, ended[i]![j]!, j, j, i);
          goOn(next, telling, unseen[i]![j]!, NONE, j, i);
          for (const { later, asReturned, asSeenInside } of cameAgain[j]!) {
            if (endOf[later] !== OPEN) continue;
            goOn(next, telling, asReturned, later, j, GONE, later, i);
            goOn(next, telling, asSeenInside, j, j, i, later, GONE);
          }
        } else if (endOf[j]! >= 0) {
          goOn(next, telling, again(i, j, endOf[j]!), NONE, j, i);
          for (let later = 0; later < stays; later++) {
            if (endOf[later] === OPEN) goOn(next, telling, returned(i, j, later, endOf[j]!), later, later, i);
          }
        }
      }
    }
    tellings = likeliest(next);
  }
  return sharesOfPairs(tellings, ended.length, stays);
}

/** The vehicle of a stay, whose exit by then nobody saw, was read at an entry again as a later stay: see `returned` and `seenInside`. */
interface ComingAgain {
  readonly later: number;
  readonly asReturned: number;
  readonly asSeenInside: number;
}

/** By stay, up to an exit: those that are possible, which are few. They are the same in whatever story, so each is weighed once. */
function comingsAgain(i: number, stays: number, { returned, seenInside }: Story): readonly (readonly ComingAgain[])[] {
  const comings: (readonly ComingAgain[])[] = [];
  for (let j = 0; j < stays; j++) {
    let ofStay = noComings;
    for (let later = 0; later < stays; later++) {
      if (later === j) continue;
      const asReturned = returned(i, j, later, OPEN);
      const asSeenInside = seenInside(i, j, later);
      if (asReturned !== -Infinity || asSeenInside !== -Infinity) ofStay = [...ofStay, { later, asReturned, asSeenInside }];
    }
    comings.push(ofStay);
  }
  return comings;
}

const noComings: readonly ComingAgain[] = [];

/** A story up to an exit: what that one is, after what was told before. Most are given up at once, and so hold no more than that. */
interface Telling {
  readonly score: number;
  readonly before: Telling | null;
  /** The stay that the exit ended, or NONE. */
  readonly pair: number;
  /** Whose end it is, or NONE: the exit by which its vehicle was seen leaving last, OPEN or GONE; and of another. */
  readonly stay: number;
  readonly end: number;
  readonly other: number;
  readonly otherEnd: number;
}

function goOn(
  next: Telling[], before: Telling, gain: number, pair: number, stay = NONE, end = OPEN, other = NONE, otherEnd = OPEN,
): void {
  if (gain !== -Infinity) next.push({ score: before.score + gain, before, pair, stay, end, other, otherEnd });
}

/** By stay: its end. One that is told of again has the newer of its ends. */
function endsOf(telling: Telling, stays: number): number[] {
  const ends = new Array<number>(stays).fill(OPEN);
  for (let each: Telling | null = telling; each !== null; each = each.before) {
    const { stay, end, other, otherEnd } = each;
    if (stay !== NONE && ends[stay] === OPEN) ends[stay] = end;
    if (other !== NONE && ends[other] === OPEN) ends[other] = otherEnd;
  }
  return ends;
}

const NONE = -1;
const OPEN = -1;
const GONE = -2;
/** The rest are far too unlikely to matter. */
const MOST_TELLINGS = 64;

function likeliest(tellings: Telling[]): Telling[] {
  if (tellings.length <= MOST_TELLINGS) return tellings;
  return tellings.sort((a, b) => b.score - a.score).slice(0, MOST_TELLINGS);
}

function sharesOfPairs(tellings: readonly Telling[], exits: number, stays: number): number[][] {
  const shares: number[][] = [];
  for (let i = 0; i < exits; i++) shares.push(new Array<number>(stays).fill(0));
  let top = -Infinity;
  for (const { score } of tellings) top = Math.max(top, score);
  let sum = 0;
  for (const telling of tellings) {
    const weight = Math.exp(telling.score - top);
    sum += weight;
    let each = telling;
    for (let i = exits - 1; i >= 0; i--) {
      if (each.pair !== NONE) shares[i]![each.pair]! += weight;
      each = each.before!;
    }
  }
  for (const row of shares) for (let j = 0; j < stays; j++) row[j]! /= sum;
  return shares;
}
