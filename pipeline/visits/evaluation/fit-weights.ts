import { confidenceBy, type PairWeights } from '../confidence/pair-confidence.ts';
import type { PairSigns } from '../confidence/pair-signs.ts';
import type { ToldPair } from './told-pairs.ts';

/**
 * The weights under which right and wrong pairs are likeliest to come out as they did (maximum likelihood). A sign that hardly any pair
 * shows is drawn to counting for nothing.
 * @param from where to look first
 */
export function fittedTo(pairs: readonly ToldPair[], from: PairWeights): PairWeights {
  const groups = grouped(pairs);
  const names = Object.keys(from) as (keyof PairWeights)[];
  const steps = new Map(names.map((name) => [name, isShare(name) ? 0.05 : 0.5]));
  let best = { ...from };
  let likelihood = logLikelihood(groups, best);
  // One weight after the other is moved as long as it helps, by smaller and smaller steps.
  while (names.some((name) => steps.get(name)! > (isShare(name) ? 0.001 : 0.01))) {
    let hasMoved = false;
    for (const name of names) {
      for (const step of [steps.get(name)!, -steps.get(name)!]) {
        const moved = { ...best, [name]: best[name] + step };
        if (isShare(name) && (moved[name] < 0 || moved[name] > 1)) continue;
        const likelier = logLikelihood(groups, moved);
        if (likelier <= likelihood + LEAST_GAIN) continue;
        [best, likelihood, hasMoved] = [moved, likelier, true];
        break;
      }
    }
    if (!hasMoved) for (const name of names) steps.set(name, steps.get(name)! / 2);
  }
  return best;
}

/** Pairs that show the same, or nearly. */
interface Group {
  readonly signs: PairSigns;
  pairs: number;
  right: number;
}

function grouped(pairs: readonly ToldPair[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { signs, isRight } of pairs) {
    const rounded = {
      ...signs, logMissed: nearest(signs.logMissed, 0.1), decided: nearest(signs.decided, 0.005), logStitched: nearest(signs.logStitched, 0.25),
      likelierTwo: nearest(signs.likelierTwo, 0.25),
      unlikeness: signs.unlikeness === null ? null : nearest(signs.unlikeness, 0.5),
    };
    const key = Object.values(rounded).join();
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { signs: rounded, pairs: 0, right: 0 }));
    group.pairs++;
    if (isRight) group.right++;
  }
  return [...groups.values()];
}

function nearest(value: number, step: number): number {
  return Math.round(value / step) * step;
}

function logLikelihood(groups: readonly Group[], weights: PairWeights): number {
  let sum = 0;
  for (const { signs, pairs, right } of groups) {
    const said = Math.min(1 - LEAST_DOUBT, Math.max(LEAST_DOUBT, confidenceBy(signs, weights)));
    sum += right * Math.log(said) + (pairs - right) * Math.log(1 - said);
  }
  return SIGNS.reduce((less, name) => less - weights[name] ** 2 / (2 * USUAL_WEIGHT ** 2), sum);
}

/** Nats: below it nothing was gained. */
const LEAST_GAIN = 1e-3;
const LEAST_DOUBT = 1e-5;
/** What a sign counts for is mostly within so many nats. */
const USUAL_WEIGHT = 3;
const SIGNS = ['undirected', 'byEntry', 'cameBack', 'twoWay', 'soonAgain'] as const satisfies readonly (keyof PairWeights)[];
const SHARES: readonly (keyof PairWeights)[] = ['readOtherwise', 'cameLater', 'holdsAnother', 'secondTry', 'againstWord', 'ungiven', 'overcaution'];

function isShare(name: keyof PairWeights): boolean {
  return SHARES.includes(name);
}
