import type { Calibration } from './calibration.ts';
import type { Comparison } from './comparison.ts';
import type { FlagScore } from './flag-scores.ts';
import type { OccupancyScore } from './occupancy.ts';
import type { PlateScore } from './plate-corrections.ts';
import type { Score } from './score.ts';

/** What the rules made of reads; without the parts of the comparison when nobody knows the truth. */
export interface Evaluation extends Partial<Comparison> {
  readonly reads: number;
  readonly seconds: number;
  readonly readsPerSecond: number;
  /** Newest revisions, without open and withdrawn ones. */
  readonly visits: number;
  /** Not withdrawn, by type. */
  readonly irregularities: Readonly<Record<string, number>>;
  /** Reads that changed nothing, by why. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** An evaluation as text for a person; what the rows mean stands in `Score`, `PlateScore`, `Calibration` and `FlagScore`. */
export function evaluationTable(evaluation: Evaluation): string {
  const { reads, seconds, readsPerSecond, visits, irregularities, ignored } = evaluation;
  const { score, baselines, plates, occupancy, calibration, flags } = evaluation;
  const rows: Row[] = [
    ['reads', reads, `${readsPerSecond} a second, ${seconds} s`],
    ['visits', visits],
    ...counted('reads left aside, ', ignored),
    // Where the truth is known they stand below, with how many are right.
    ...(flags === undefined ? counted('', irregularities) : []),
  ];
  const sections = [columns(rows)];
  if (score !== undefined && baselines !== undefined) sections.push(scoreTable(score, baselines));
  if (plates !== undefined) sections.push(plateTable(plates, occupancy ?? null));
  if (calibration !== undefined) sections.push(calibrationTable(calibration));
  if (flags !== undefined) sections.push(flagTable(flags));
  return sections.filter((section) => section !== '').join('\n\n');
}

type Row = readonly (string | number)[];

function counted(prefix: string, counts: Readonly<Record<string, number>>): Row[] {
  return Object.entries(counts).sort().map(([name, count]) => [prefix + name, count]);
}

function scoreTable(score: Score, baselines: Comparison['baselines']): string {
  const all = [score, baselines.oneCharacter, baselines.exact];
  const row = (name: string, count: (of: Score) => number, whole: (of: Score) => number): Row =>
    [name, ...all.flatMap((of) => [count(of), share(count(of), whole(of))])];
  const stays = (of: Score): number => of.stays;
  const trueStays = (of: Score): number => of.trueStays;
  return columns([
    ['', 'Bomfri', '', 'one character', '', 'exact', ''],
    ['true stays', ...all.flatMap((of) => [of.trueStays, ''])],
    ['both passages read', ...all.flatMap((of) => [of.stays, ''])],
    row('  paired right', (of) => of.right, stays),
    row('  paired wrong', (of) => of.wrong, stays),
    row('  left unpaired', (of) => of.unpaired, stays),
    row('    right, but in review', (of) => of.rightInReview, stays),
    row('wrong pairs', (of) => of.wrongPairs, trueStays),
    row('stitched silently', (of) => of.stitched, trueStays),
    row('stitched, in review', (of) => of.stitchedInReview, trueStays),
    row('doubled visits', (of) => of.doubled, trueStays),
    row('visits of no stay', (of) => of.phantom, trueStays),
    row('visits in review', (of) => of.review, trueStays),
  ], [
    'exact, one character: the same reads matched by equal plates alone, and with one differing character',
    'wrong pair: of two vehicles; stitched: two stays of one vehicle taken for one; doubled: a further visit of the same entry or exit',
    'shares are of the stays with both passages read, from "wrong pairs" on of all true stays',
  ]);
}

function plateTable(plates: PlateScore, occupancy: OccupancyScore | null): string {
  const rows: Row[] = [
    ['visits of one stay', plates.visits],
    ['  with its true plate', plates.right, share(plates.right, plates.visits)],
    ['  of misread passages', plates.misread],
    ['    plate corrected', plates.corrected, share(plates.corrected, plates.misread)],
    ['  plate spoiled', plates.spoiled, share(plates.spoiled, plates.visits)],
  ];
  if (occupancy !== null) {
    const { mean, p95, largest, afterCount, lastDay } = occupancy;
    rows.push(['occupancy error, of capacity', `mean ${percent(mean)}`, `95 % ${percent(p95)}`, `largest ${percent(largest)}`]);
    if (afterCount !== null) rows.push(['  after the first count', `mean ${percent(afterCount)}`]);
    rows.push(['  on the last day', `mean ${percent(lastDay)}`]);
  }
  return columns(rows);
}

function calibrationTable({ bins, largestErrorPoints, meanErrorPoints, auc }: Calibration): string {
  if (bins.length === 0) return '';
  return columns([
    ['matchConfidence', 'visits', 'said', 'right', 'standard error'],
    ...bins.map(({ from, to, visits, said, right, errorOfRightPoints }): Row =>
      [`  ${from} to ${to}`, visits, percent(said), percent(right), `${errorOfRightPoints.toFixed(2)} points`]),
    ['largest error', `${largestErrorPoints.toFixed(2)} points`],
    ['mean error', `${meanErrorPoints.toFixed(2)} points`],
    ['AUC of right against wrong', auc === null ? '-' : auc.toFixed(3)],
  ], [
    'said: how sure the visits say they are, on average; right: how many are; largest error: of rows whose standard error is at most 0.5 points',
    'AUC: how often a right visit is said to be surer than a wrong one',
  ]);
}

function flagTable(scored: readonly FlagScore[]): string {
  if (scored.length === 0) return '';
  const shown = (value: number | null): string => (value === null ? '-' : percent(value));
  return columns([
    ['irregularity', 'labelled', 'detected', 'recall', 'raised', 'right', 'excused', 'precision'],
    ...scored.map((flag): Row => [
      `  ${flag.type}`, flag.labelled, flag.detected, shown(flag.recall), flag.raised, flag.right, flag.excused, shown(flag.precision),
    ]),
  ], [
    'labelled: happened, and shows in the reads; detected: of these, told; raised: told; right: of these, what happened',
    'excused: did not happen so, but the reads give cause for it; recall = detected / labelled, precision = right / (raised - excused)',
  ]);
}

function share(count: number, of: number): string {
  return of === 0 ? '' : percent(count / of);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}

/** The first column to the left, the others to the right, each as wide as it must be. @param notes what its words mean */
function columns(rows: readonly Row[], notes: readonly string[] = []): string {
  const cells = rows.map((row) => row.map(String));
  const widths = cells[0] === undefined ? [] : Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) =>
    (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ').trimEnd());
  return [...lines, ...notes.map((note) => `  (${note})`)].join('\n');
}
