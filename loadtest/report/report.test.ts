import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf } from '../gateways/shape.ts';
import type { Sample } from './processes.ts';
import { holds, reportLines, reportPage } from './report.ts';
import type { Leg } from './leg.ts';
import type { Report } from './report.ts';
import { coresOfOthers, memoryOf, usageBetween } from './usage.ts';
import { costVerdict, endToEndVerdicts, thresholdVerdicts } from './verdicts.ts';

const summary = {
  metrics: {
    http_req_duration: {
      values: { 'p(99)': 312.4, med: 3 },
      thresholds: { 'p(99)<250': { ok: false }, 'med<10': { ok: true } },
    },
    accepted_reads: { values: { count: 10_000, rate: 1_000 } },
  },
};
const samples = Array.from({ length: 45 }, (_, second) => sampleAt(second, second * 0.5, 100 + second / 4));
const leg: Leg = {
  title: 'steady <b>', shape: shapeOf('steady', {}), summary, dashboard: '<p title="x">k6 & charts</p>', samples,
  verdicts: thresholdVerdicts(summary), usage: usageBetween(samples[0]!, samples[44]!, 10_000), others: 0.25,
};
const report: Report = {
  scenario: 'steady', target: 'http://127.0.0.1:9080',
  startedAt: new Date(0), legs: [leg], verdicts: [], notes: ['a note'],
};

test('a threshold that failed fails the report, and stands in it with what was measured', () => {
  assert.deepEqual(leg.verdicts, [
    { what: 'http_req_duration p(99)<250', holds: false, found: '312' },
    { what: 'http_req_duration med<10', holds: true, found: '3' },
  ]);
  assert.equal(holds(report), false);
  assert.ok(reportLines(report).includes('  FAILED http_req_duration p(99)<250: 312'));
  assert.equal(holds({ ...report, legs: [{ ...leg, verdicts: [] }] }), true);
});

test('a lost, doubled, invented or wrong record fails the report', () => {
  const reads = { accepted: 5, lost: 0, doubled: 0, examples: [] };
  const outcomes = { expected: 2, lost: 0, invented: 0, different: 0, doubled: 0, examples: [] };
  const whole = { reads, visits: outcomes, irregularities: outcomes };
  const fails = (found: typeof whole): number => endToEndVerdicts(found).filter((verdict) => !verdict.holds).length;
  assert.equal(fails(whole), 0);
  assert.equal(fails({ ...whole, reads: { ...reads, accepted: 0 } }), 1, 'nothing accepted proves nothing');
  for (const wrong of [{ ...reads, lost: 1 }, { ...reads, doubled: 1 }]) {
    assert.equal(fails({ ...whole, reads: wrong }), 1);
  }
  for (const fault of ['lost', 'invented', 'different', 'doubled']) {
    assert.equal(fails({ ...whole, visits: { ...outcomes, [fault]: 1 } }), 1);
    assert.equal(fails({ ...whole, irregularities: { ...outcomes, [fault]: 1 } }), 1);
  }
});

test('the page stands by itself: charts within it, nothing from elsewhere, no text taken for markup', () => {
  const page = reportPage(report);
  assert.equal(page.match(/<svg /g)?.length, 2);
  assert.ok(page.includes('srcdoc="&lt;p title=&quot;x&quot;&gt;k6 &amp; charts&lt;/p&gt;"'));
  assert.ok(page.includes('steady &lt;b&gt;') && !page.includes('<b>'));
  assert.ok(!/\b(src|href)=/.test(page));
});

test('two samples at nearly the same moment make no spike of the cores', () => {
  const levels = (sampled: readonly Sample[]): string[] => {
    const page = reportPage({ ...report, legs: [{ ...leg, samples: sampled }] });
    return [...page.split('CPU, cores')[1]!.matchAll(/text-anchor="end">([^<]*)</g)].map(([, level]) => level!);
  };
  const last = samples.at(-1)!;
  const soon = (ms: number): Sample => ({ ...sampleAt(44, 22.5, 111), atMs: last.atMs + ms });
  assert.deepEqual(levels([...samples, soon(0), soon(1)]), levels(samples));
  assert.equal(levels(samples).at(-1), '1');
});

test('a process is told by what it used between two moments, and the rest of the machine by what remains', () => {
  assert.deepEqual(leg.usage, [
    { name: 'ingest', cpuSeconds: 22, cores: 0.5, microsecondsPerRead: 2_200, firstRssMib: 100, lastRssMib: 111 },
  ]);
  assert.equal(coresOfOthers(samples[0]!, samples[44]!), 1);
});

test('memory that grows by more than a quarter and a step is not flat, and a few samples say nothing', () => {
  assert.equal(memoryOf('ingest', samples)!.isFlat, true);
  assert.equal(memoryOf('ingest', samples.map((_, second) => sampleAt(second, 0, 100 + second * 4)))!.isFlat, false);
  assert.equal(memoryOf('ingest', samples.slice(0, 29)), null);
});

test('reads that cost a quarter more with more garages are found, whatever the leg that warms up cost', () => {
  const costing = (garages: number, cpuSeconds: number): Leg => ({
    ...leg, shape: { ...leg.shape, garages }, usage: usageBetween(samples[0]!, sampleAt(11, cpuSeconds, 100), 10_000),
  });
  assert.equal(costVerdict([costing(1, 50), costing(10, 5), costing(10_000, 6)])[0]!.holds, true);
  assert.equal(costVerdict([costing(1, 5), costing(10, 5), costing(10_000, 7)])[0]!.holds, false);
  assert.deepEqual(costVerdict([leg]), []);
});

function sampleAt(second: number, cpuSeconds: number, rssMib: number): Sample {
  return {
    atMs: second * 1000,
    usages: new Map([['ingest', { cpuSeconds, rssMib }]]),
    machineCpuSeconds: cpuSeconds + second,
  };
}
