import { endsOf } from '../../pipeline/engine/consumed.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { topics } from '../../topics/topics.ts';

/**
 * What comes into the pipeline from outside, of which all else is made; the tables of configuration and accounts aside.
 */
export const INPUTS = [
  'reads', 'visitsControl', 'externalPayments', 'pricingControl',
  'billing', 'paymentResults', 'chargesControl', 'bankPayments',
] as const satisfies readonly (keyof typeof topics)[];
export type InputTopic = (typeof INPUTS)[number];

/** Where each partition of the inputs ended at a moment when all before it was taken in. */
export type Mark = Readonly<Record<InputTopic, readonly number[]>>;

/** Notes marks while a month is played, so that it can be replayed in the same order across topics. */
export interface Recording {
  readonly marks: readonly Mark[];
  mark(): Promise<void>;
}

export function recordMarks(log: Log): Recording {
  const marks: Mark[] = [];
  return {
    marks,
    async mark() {
      const ends = await endsOf(log, INPUTS.map((input) => topics[input].name));
      const of = (input: InputTopic): number[] =>
        ends.filter(({ topic }) => topic === topics[input].name).map(({ end }) => end);
      marks.push(Object.fromEntries(INPUTS.map((input) => [input, of(input)])) as unknown as Mark);
    },
  };
}
