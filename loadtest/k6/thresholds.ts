import type { Options } from 'k6/options';

type Thresholds = NonNullable<Options['thresholds']>;

/** What every honest load must keep: all of it sent in time and taken; in this phase, quickly. */
export function honestIn(phase: string): Thresholds {
  return { checks: ['rate==1'], http_req_failed: ['rate==0'], dropped_iterations: ['count==0'], ...quickIn(phase) };
}

/** All that is sent in this phase is taken, and quickly, whatever may happen in others. */
export function wholeIn(phase: string): Thresholds {
  return { [`checks{phase:${phase}}`]: ['rate==1'], ...quickIn(phase) };
}

/** ms from the request's first byte to the answer. */
function quickIn(phase: string): Thresholds {
  return { [`http_req_duration{phase:${phase}}`]: ['p(95)<150', 'p(99)<250'] };
}
