/**
 * camera_degraded: a camera misreads more than it used to. A read is wrong when it is not the plate that the vehicle's
 * whole stay, both passages, was read as. Each speaks for one of two: that the camera is as ever, or that it misreads
 * several times as often; when what speaks for the second (a log-likelihood ratio, never below 0: a CUSUM) is beyond
 * doubt, it is degraded, and when as much speaks for the first again, it is over.
 */
export interface Misreads {
  /** Reads judged, and how many of them were wrong: the camera's long-run level, from when it was itself. */
  readonly judged: number;
  readonly wrong: number;
  /** What speaks for it being worse than that, or once it is, for it being itself again. */
  readonly score: number;
  readonly isDegraded: boolean;
}

export const noMisreads: Misreads = { judged: 0, wrong: 0, score: 0, isDegraded: false };

/** A camera's level is not known before. */
const JUDGED_FIRST = 100;
/** Beyond it the oldest fade: dirt and seasons change the level slowly. */
const JUDGED_MOST = 2_000;
/** Of a camera of which nothing is known. */
const USUAL_SHARE = 0.06;
const USUAL_WEIGHT = 40;
/** How much worse is worth telling: so many times as often, and at least so much more. */
const TIMES_WORSE = 2.5;
const LEAST_WORSE = 0.08;
const MOST_WRONG = 0.8;
const DEGRADED_FROM = 9;
const MOST_OF_INTERVAL = 2;
const OVER_FROM = 6;
/** What may be the beginning of it must not become the level. */
const DOUBTED_FROM = 4;

/**
 * With the reads of one interval. However many are wrong, it says only so much: the sun is low for an hour and then is not.
 * @param areWrong of each read, in order
 */
export function withReads(before: Misreads, areWrong: readonly boolean[]): Misreads {
  const after = areWrong.reduce(withRead, before);
  const most = before.score + MOST_OF_INTERVAL;
  if (after.isDegraded === before.isDegraded) return after.score <= most ? after : { ...after, score: most };
  const from = before.isDegraded ? OVER_FROM : DEGRADED_FROM;
  return most >= from ? after : { ...after, isDegraded: before.isDegraded, score: most };
}

function withRead({ judged, wrong, score, isDegraded }: Misreads, isWrong: boolean): Misreads {
  const share = (wrong + USUAL_SHARE * USUAL_WEIGHT) / (judged + USUAL_WEIGHT);
  const worse = Math.min(MOST_WRONG, Math.max(TIMES_WORSE * share, share + LEAST_WORSE));
  const forWorse = Math.log(isWrong ? worse / share : (1 - worse) / (1 - share));
  const isKnown = judged >= JUDGED_FIRST;
  const nextScore = isKnown ? Math.max(0, score + (isDegraded ? -forWorse : forWorse)) : 0;
  if (isDegraded) return nextScore >= OVER_FROM
    ? { judged, wrong, score: 0, isDegraded: false } : { judged, wrong, score: nextScore, isDegraded };
  if (nextScore >= DEGRADED_FROM) return { judged, wrong, score: 0, isDegraded: true };
  if (nextScore >= DOUBTED_FROM) return { judged, wrong, score: nextScore, isDegraded };
  const faded = judged >= JUDGED_MOST ? 0.5 : 1;
  return { judged: faded * judged + 1, wrong: faded * wrong + (isWrong ? 1 : 0), score: nextScore, isDegraded };
}
