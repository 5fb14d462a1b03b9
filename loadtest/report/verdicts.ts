import type { EndToEnd } from '../check/end-to-end.ts';
import type { Delivered } from '../check/delivered.ts';
import type { ComparedOutcomes } from '../check/visits.ts';
import type { K6Summary } from '../k6-run.ts';
import type { Leg } from './leg.ts';
import type { Memory } from './usage.ts';
import type { Verdict } from './verdict.ts';

/** k6's thresholds with what was measured. */
export function thresholdVerdicts({ metrics }: K6Summary): Verdict[] {
  const named = Object.entries(metrics).sort(([one], [other]) => one.localeCompare(other));
  return named.flatMap(([name, { values, thresholds }]) =>
    Object.entries(thresholds ?? {}).map(([expression, { ok }]) => {
      const value = values[/^[a-z]+(\(\d+\))?/.exec(expression)?.[0] ?? ''];
      return { what: `${name} ${expression}`, holds: ok, found: value === undefined ? '' : rounded(value) };
    }));
}

export function endToEndVerdicts({ reads, visits, irregularities }: EndToEnd): Verdict[] {
  return [
    {
      what: 'each accepted read stands on parking.reads as often as it was accepted',
      holds: isDelivered(reads),
      found: toldReads(reads),
    },
    {
      what: 'ClickHouse has the visits that the rules make of these reads',
      holds: isRight(visits),
      found: toldOutcomes(visits),
    },
    { what: 'and the irregularities', holds: isRight(irregularities), found: toldOutcomes(irregularities) },
  ];
}

export function memoryVerdict(name: string, { earlyMib, lateMib, isFlat }: Memory): Verdict {
  return {
    what: `${name}'s memory is flat`,
    holds: isFlat,
    found: `${Math.round(earlyMib)} MiB early, ${Math.round(lateMib)} MiB late`,
  };
}

function isDelivered({ accepted, lost, doubled }: Delivered): boolean {
  return accepted > 0 && lost + doubled === 0;
}

function toldReads({ accepted, lost, doubled, examples }: Delivered): string {
  const named = examples.map(({ gateway, date, index }) => `${gateway}-${index}@${date}`);
  const which = named.length === 0 ? '' : `: ${named.join(', ')}`;
  return `${whole(accepted)} reads, ${whole(lost)} lost, ${whole(doubled)} doubled${which}`;
}

function isRight({ lost, invented, different, doubled }: ComparedOutcomes): boolean {
  return lost + invented + different + doubled === 0;
}

function toldOutcomes({ expected, lost, invented, different, doubled, examples }: ComparedOutcomes): string {
  return `${whole(expected)}, ${lost} lost, ${invented} invented, ${different} different, ${doubled} doubled`
    + (examples.length === 0 ? '' : `: ${examples.join(', ')}`);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function rounded(value: number): string {
  return value >= 100 ? whole(value) : String(Number(value.toPrecision(3)));
}

/** By how much the dearer may cost more. */
const COST_SPREAD_MAX = 1.25;
const COUNTED = ['ingest', 'visits'];

/**
 * Whether a read costs ingest and visits together the same CPU whatever the number of garages. The first leg does not
 * count: in it the processes are just warming up. Empty where nobody tells what they used.
 */
export function costVerdict(legs: readonly Leg[]): Verdict[] {
  const costs = legs.slice(1).map(({ shape, usage }) => ({
    garages: shape.garages,
    cost: usage.filter(({ name }) => COUNTED.includes(name)).reduce(
      (sum, { microsecondsPerRead }) => sum + (microsecondsPerRead ?? 0),
      0,
    ),
  }));
  const all = costs.map(({ cost }) => cost);
  if (all.length < 2 || all.includes(0)) return [];
  return [{
    what: 'a read costs ingest and visits within a quarter of the same CPU, whatever the number of garages',
    holds: Math.max(...all) <= Math.min(...all) * COST_SPREAD_MAX,
    found: costs.map(({ garages, cost }) => `${cost.toFixed(1)} \u00b5s with ${whole(garages)}`).join(', '),
  }];
}
