import type { FaultKind } from '../fleet/faults.ts';
import type { TruthLine } from '../fleet/truth.ts';
import type { Difference, Reconciliation, Totals } from './reconcile.ts';

/** The reconciliation as a table that a newcomer understands. Lines without plates. */
export function summaryOf(
  { expected, found, explained, unexplained }: Reconciliation, truth: readonly TruthLine[],
): string[] {
  const causes = new Map<string, Difference[]>();
  for (const difference of explained) {
    const kinds = [...new Set(difference.faults.map(({ kind }) => CAUSES[kind]))].sort().join(' and ');
    causes.set(kinds, [...(causes.get(kinds) ?? []), difference]);
  }
  return [
    `  Faults injected on the way: ${injected(truth)}.`,
    '',
    row('', ['visits', 'minutes', 'kroner']),
    row('what really happened', figures(expected)),
    row('what Bomfri found and charged', figures(found)),
    row('difference', figures({
      visits: found.visits - expected.visits,
      minutes: found.minutes - expected.minutes, minor: found.minor - expected.minor,
    })),
    ...[...causes].sort(([one], [other]) => one.localeCompare(other)).map(([kinds, differences]) =>
      row(`  of it by ${kinds} (${differences.length})`, figures(sum(differences)))),
    row('  not explained by a fault', [String(unexplained.length), '', '']),
  ];
}

/** Each explained difference with the ids of its faults, stays and visits, one JSON object a line. */
export function differenceLines({ explained }: Reconciliation): string {
  return explained.map((difference) => `${JSON.stringify(difference)}\n`).join('');
}

const CAUSES: Record<FaultKind, string> = {
  misread: 'misread plates',
  missed_entry: 'missed entries',
  missed_exit: 'missed exits',
  backed_out: 'cars that turned round',
  late: 'late reads',
  redelivered: 're-delivered reads',
  duplicate: 'repeated reads',
};

function injected(truth: readonly TruthLine[]): string {
  const counts = new Map<FaultKind, number>();
  for (const { faults } of truth) for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${count.toLocaleString('en-US')} ${CAUSES[kind]}`)
    .join(', ') || 'none';
}

function sum(parts: readonly Totals[]): Totals {
  return parts.reduce(
    (total, part) => ({
      visits: total.visits + part.visits, minutes: total.minutes + part.minutes, minor: total.minor + part.minor,
    }),
    { visits: 0, minutes: 0, minor: 0 },
  );
}

function figures({ visits, minutes, minor }: Totals): string[] {
  const whole = (value: number): string => (Math.round(value) || 0).toLocaleString('en-US');
  const kroner = (minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });
  return [whole(visits), whole(minutes), kroner];
}

function row(name: string, [visits, minutes, kroner]: readonly string[]): string {
  return `  ${name.padEnd(56)}${visits!.padStart(9)}${minutes!.padStart(12)}${kroner!.padStart(14)}`;
}
