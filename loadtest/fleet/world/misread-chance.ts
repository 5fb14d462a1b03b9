import type { Random } from '../random.ts';

/** How many times more a plate is misread than plates are on average: most are clean. [share, times] */
const DIRT = [[0.8, 0.7], [0.18, 2], [0.02, 4]] as const;

export function dirtOf(random: Random): number {
  let draw = random.next();
  for (const [share, times] of DIRT) {
    if (draw < share) return times;
    draw -= share;
  }
  return 1;
}

/** No camera misreads more than this. */
const MOST_MISREAD = 0.85;

/** Chance that a camera misreads a plate that is so dirty in an hour that is so bad. */
export function misreadChance(ofCamera: number, dirt: number, hour: number): number {
  return Math.min(MOST_MISREAD, ofCamera * dirt * hour);
}

/** The chance of a camera with which `share` of all its reads are wrong. @param hours [share of time, times worse] */
export function chanceFor(share: number, hours: readonly (readonly [number, number])[]): number {
  const comingOut = (ofCamera: number): number => hours.reduce((sum, [time, hour]) =>
    sum + time * DIRT.reduce((wrong, [plates, dirt]) => wrong + plates * misreadChance(ofCamera, dirt, hour), 0), 0);
  let chance = share;
  for (let step = 0; step < 20; step++) chance *= share / comingOut(chance);
  return chance;
}
