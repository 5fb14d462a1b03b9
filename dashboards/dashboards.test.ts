import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createGenerator } from 'ts-json-schema-generator';
import { dashboards, fileText, generatedFolder } from './build.ts';
import { expandMacros } from './expand-macros.ts';

const all = Object.values(dashboards);
const panels = all.flatMap(({ panels }) => panels);

test('the generated files are those of the present code', () => {
  for (const [name, dashboard] of Object.entries(dashboards)) {
    const written = readFileSync(new URL(name, generatedFolder), 'utf8');
    assert.equal(written, fileText(dashboard), `${name} is stale: run \`npx bomfri dashboards\` and commit it`);
  }
  const files = globSync('*.json', { cwd: fileURLToPath(generatedFolder) }).sort();
  assert.deepEqual(files, Object.keys(dashboards).sort());
});

test('Grafana\'s own types allow each dashboard, and the options of each panel', () => {
  const generator = createGenerator({
    path: fileURLToPath(new URL('grafana-types.ts', import.meta.url)),
    tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
    skipTypeCheck: true,
    additionalProperties: false,
    // Grafana has several types of the same name: none is given one in the schema.
    expose: 'none',
    topRef: false,
  });
  const ajv = new Ajv({ allErrors: true, strict: false });
  const [isDashboard, areOptions, areFields] = ['DashboardFile', 'PanelOptions', 'PanelFields'].map((type) =>
    ajv.compile({ ...generator.createSchema(type), required: undefined }),
  );
  const check = (validate: typeof isDashboard, value: unknown, what: string): void => {
    assert.ok(validate!(value), `${what}: ${ajv.errorsText(validate!.errors)}`);
  };
  for (const dashboard of all) check(isDashboard, JSON.parse(fileText(dashboard)), dashboard.title);
  for (const { type, title, options, fieldConfig } of panels) {
    check(areOptions, { [type]: options }, title);
    check(areFields, { [type]: (fieldConfig.defaults as { custom?: object }).custom ?? {} }, title);
  }
  assert.ok(!areOptions!({ stat: {} }), 'options that lack what Grafana wants are refused');
  assert.ok(!isDashboard!({ ...JSON.parse(fileText(all[0]!)), rows: [] }), 'fields that Grafana dropped are refused');
});

test('the overview shows the day of a demo that has just ended', () => {
  // A past working day, up to six days back.
  const { from } = (JSON.parse(fileText(dashboards['overview.json'])) as { time: { from: string } }).time;
  assert.ok(Number(/^now-(\d+)d$/.exec(from)?.[1]) >= 7, from);
});

test('panels do not overlap, fit the width, and say what they show', () => {
  for (const { title, panels } of all) {
    const taken = new Set<string>();
    for (const { title: panel, description, gridPos: { x, y, w, h } } of panels) {
      assert.ok(x + w <= 24, `${title}, ${panel}: too wide`);
      assert.ok(description.length > 0, `${title}, ${panel}: no description`);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          assert.ok(!taken.has(`${column},${line}`), `${title}, ${panel}: overlaps`);
          taken.add(`${column},${line}`);
        }
      }
    }
  }
});

test('no panel asks for a plate', () => {
  for (const { title, targets } of panels) {
    for (const query of targets) if ('rawSql' in query) assert.doesNotMatch(query.rawSql, /plate/i, title);
  }
});

test('every metric that a panel asks for is one that a process tells', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const known = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name));
  const pipeline = fileURLToPath(new URL('../pipeline/', import.meta.url));
  for (const file of globSync('**/*.ts', { cwd: pipeline })) {
    const source = readFileSync(`${pipeline}${file}`, 'utf8');
    for (const [, name] of source.matchAll(/\bname: '(bomfri_\w+)'/g)) known.add(name!);
  }
  const asked = panels.flatMap(({ title, targets }) =>
    targets.flatMap((query) => ('expr' in query ? metricsOf(query.expr).map((name) => ({ title, name })) : [])),
  );
  assert.ok(asked.length > 15);
  for (const { title, name } of asked) {
    const plain = name.replace(/_(bucket|sum|count)$/, '');
    assert.ok(known.has(name) || known.has(plain), `${title}: no process tells ${name}`);
  }
});

test('a macro or variable that is not known is named', () => {
  const shown = { from: new Date(0), to: new Date(3_600_000), garages: ["a'b", 'c'] };
  assert.equal(expandMacros('x IN (${garage:singlequote})', shown), `x IN ('a\\'b','c')`);
  assert.equal(expandMacros('$__timeFilter(at)', shown), 'at >= toDateTime(0) AND at <= toDateTime(3600)');
  assert.throws(() => expandMacros('SELECT $__adHoc', shown), /\$__adHoc/);
});

function metricsOf(expr: string): string[] {
  return expr.match(/\b(?:bomfri|process|nodejs)_\w+/g) ?? [];
}
