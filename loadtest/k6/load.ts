import exec from 'k6/execution';
import type { Options, RampingArrivalRateScenario } from 'k6/options';
import type { Shape } from '../gateways/shape.ts';

/** A part of a load: the rate goes evenly from where it was to `share` of the whole, in so many seconds. */
export interface Phase {
  /** Tags what is sent in it, so that a threshold can be about it alone. */
  readonly name: string;
  readonly seconds: number;
  readonly share: number;
}

/** Code that has just started is slow; what it is judged by comes after this. */
const WARM_UP_SECONDS = 10;

/** The whole rate for the shape's time. */
export function steadyPhases(shape: Shape): readonly Phase[] {
  return [
    { name: 'warm_up', seconds: WARM_UP_SECONDS, share: 1 },
    { name: 'steady', seconds: shape.seconds, share: 1 },
  ];
}

/** All gateways as one load. */
export function loadOptions(
  shape: Shape, phases: readonly Phase[], thresholds: NonNullable<Options['thresholds']>,
): Options {
  return { scenarios: { load: arrivals(shape, shape.gateways, phases) }, thresholds, ...reading };
}

/** How every script measures and shows; each tag more costs k6 time with every request. */
export const reading: Options = {
  discardResponseBodies: true,
  systemTags: ['scenario', 'status', 'expected_response'],
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
};

/** Requests that come at their rate whatever becomes of those before: a slow answer slows no camera down. */
export function arrivals(shape: Shape, gateways: number, phases: readonly Phase[]): RampingArrivalRateScenario {
  const rate = (share: number): number => Math.round(shape.readsPerSecond * share);
  return {
    executor: 'ramping-arrival-rate',
    startRate: rate(FIRST_SHARE),
    timeUnit: `${shape.readsPerRequest}s`,
    stages: phases.map(({ seconds, share }) => ({ duration: `${seconds}s`, target: rate(share) })),
    preAllocatedVUs: gateways,
    maxVUs: gateways,
  };
}

const FIRST_SHARE = 0.1;

/** When the load began, UTC ms; asked once, for k6 makes its answer anew each time. */
let begun: number | null = null;

/** The tag of the phase that the load is in. */
export function presentPhase(phases: readonly Phase[]): { phase: string } {
  begun ??= exec.scenario.startTime;
  let end = begun;
  for (const { name, seconds } of phases) {
    end += seconds * 1000;
    if (Date.now() < end) return { phase: name };
  }
  return { phase: phases.at(-1)!.name };
}
