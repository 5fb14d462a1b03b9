import type { Shape } from '../gateways/shape.ts';
import type { K6Summary } from '../k6-run.ts';
import type { Sample } from './processes.ts';
import type { ProcessUsage } from './usage.ts';
import type { Verdict } from './verdict.ts';

/** One run of k6 with all that is known of it. */
export interface Leg {
  readonly title: string;
  readonly shape: Shape;
  readonly summary: K6Summary;
  readonly dashboard: string;
  readonly verdicts: readonly Verdict[];
  readonly samples: readonly Sample[];
  readonly usage: readonly ProcessUsage[];
  /** Cores that other programs of the machine had; null: not told. */
  readonly others: number | null;
}
