import type { Leg } from './leg.ts';
import { lineChart } from './line-chart.ts';
import type { Sample } from './processes.ts';
import type { ProcessUsage } from './usage.ts';
import type { Verdict } from './verdict.ts';
import { rounded, whole } from './verdicts.ts';

export interface Report {
  readonly scenario: string;
  readonly target: string;
  readonly startedAt: Date;
  readonly legs: readonly Leg[];
  /** What only the legs together can tell. */
  readonly verdicts: readonly Verdict[];
  /** What was not looked at, and why. */
  readonly notes: readonly string[];
}

export function holds({ legs, verdicts }: Report): boolean {
  return [...legs.flatMap((leg) => leg.verdicts), ...verdicts].every((verdict) => verdict.holds);
}

/** The report for a terminal. */
export function reportLines(report: Report): string[] {
  return [
    ...report.legs.flatMap(legLines),
    ...report.verdicts.map(verdictLine),
    ...report.notes,
    holds(report) ? `${report.scenario}: all holds.` : `${report.scenario}: FAILED.`,
  ];
}

function legLines(leg: Leg): string[] {
  return [
    '', leg.title, ...figures(leg).map(([name, value]) => `  ${name.padEnd(24)}${value}`), '',
    ...leg.verdicts.map(verdictLine), '',
    `  ${USAGE_HEAD.map((cell, column) => pad(cell, column)).join('')}`,
    ...leg.usage.map((process) => `  ${usageCells(process).map(pad).join('')}`),
    ...(leg.others === null ? [] : [`  other programs of the machine: ${leg.others.toFixed(2)} cores`]), '',
  ];
}

function verdictLine({ what, holds: ok, found }: Verdict): string {
  return `  ${ok ? 'ok    ' : 'FAILED'} ${what}${found === '' ? '' : `: ${found}`}`;
}

function pad(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(12) : cell.padStart(14);
}

const USAGE_HEAD = ['process', 'CPU s', 'cores', '\u00b5s per read', 'MiB before', 'MiB after'];

function usageCells({ name, cpuSeconds, cores, microsecondsPerRead, firstRssMib, lastRssMib }: ProcessUsage): string[] {
  return [
    name, cpuSeconds.toFixed(1), cores.toFixed(2),
    microsecondsPerRead?.toFixed(1) ?? '-', whole(firstRssMib), whole(lastRssMib),
  ];
}

/** In this order k6's trends are told. */
const TRENDS = ['med', 'p(95)', 'p(99)', 'max'];

/** What k6 measured of a leg, over all its phases. */
function figures({ summary: { metrics } }: Leg): [string, string][] {
  const value = (name: string, of: string): number => metrics[name]?.values[of] ?? 0;
  const durations = Object.entries(metrics).filter(([name]) => name.startsWith('http_req_duration'));
  return [
    ['requests', `${whole(value('http_reqs', 'count'))}, ${rounded(value('http_reqs', 'rate'))} a second`],
    [
      'reads accepted',
      `${whole(value('accepted_reads', 'count'))}, ${rounded(value('accepted_reads', 'rate'))} a second`,
    ],
    ['told to wait (429, 503)', whole(value('told_to_wait', 'count'))],
    ...durations.map(([name, { values }]): [string, string] =>
      [name.replace('http_req_duration', 'ms').replace('{expected_response:true}', ', expected answers'),
        TRENDS.map((of) => `${of} ${rounded(values[of] ?? 0)}`).join('  ')]),
  ];
}

/**
 * The report as one HTML page that needs nothing else: verdicts, figures, charts, and k6's own page of charts within.
 */
export function reportPage(report: Report): string {
  const title = `${report.scenario}, ${report.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p class="${holds(report) ? 'ok' : 'failed'}">${holds(report) ? 'All holds.' : 'Failed.'} Target: ${escaped(report.target)}</p>
${verdictTable(report.verdicts)}
${report.notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
${report.legs.map(legSection).join('\n')}
</body></html>
`;
}

function legSection(leg: Leg): string {
  return `<section><h2>${escaped(leg.title)}</h2>
${verdictTable(leg.verdicts)}
<table>${figures(leg).map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('')}</table>
${usageSection(leg)}
<iframe title="k6's charts: requests, latency, bytes over time" srcdoc="${escaped(leg.dashboard)}"></iframe></section>`;
}

/** CPU time is counted in steps of 10 ms: over less than this a step passes for a spike. */
const SHORTEST_MS = 200;

function usageSection({ usage, samples, others }: Leg): string {
  if (usage.length === 0) return '';
  const started = samples[0]!.atMs;
  const names = usage.map(({ name }) => name);
  const series = (valueOf: (sample: Sample, index: number, name: string) => number | null) => names.map((name) => ({
    name,
    points: samples.flatMap((sample, index): [number, number][] => {
      const value = valueOf(sample, index, name);
      return value === null ? [] : [[(sample.atMs - started) / 1000, value]];
    }),
  }));
  const memory = series((sample, _, name) => sample.usages.get(name)?.rssMib ?? null);
  const cores = series((sample, index, name) => {
    const before = samples[index - 1];
    const now = sample.usages.get(name);
    if (before === undefined || now === undefined || sample.atMs - before.atMs < SHORTEST_MS) return null;
    return ((now.cpuSeconds - (before.usages.get(name)?.cpuSeconds ?? 0)) * 1000) / (sample.atMs - before.atMs);
  });
  return `<table><tr>${USAGE_HEAD.map((cell) => `<th>${cell}</th>`).join('')}</tr>
${usage.map((process) => `<tr>${usageCells(process).map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n')}</table>
${others === null ? '' : `<p>Other programs of the machine had ${others.toFixed(2)} cores.</p>`}
<div class="charts">${lineChart('Memory (RSS), MiB', memory)}${lineChart('CPU, cores', cores)}</div>`;
}

function verdictTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const row = ({ what, holds: ok, found }: Verdict): string =>
    `<tr class="${ok ? 'ok' : 'failed'}"><td>${ok ? 'ok' : 'failed'}</td><td>${escaped(what)}</td><td>${escaped(found)}</td></tr>`;
  return `<table>${verdicts.map(row).join('')}</table>`;
}

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;margin:.8rem 0}
th,td{text-align:left;padding:.2rem .9rem .2rem 0;border-bottom:1px solid #dde3ea;font-weight:400}
td{font-variant-numeric:tabular-nums}.ok td:first-child,p.ok{color:#12743d}.failed td:first-child,p.failed{color:#b3261e;font-weight:600}
.charts{display:flex;flex-wrap:wrap;gap:1rem}iframe{width:100%;height:60rem;border:1px solid #dde3ea}`;

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
