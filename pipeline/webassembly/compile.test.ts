import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compile, moduleOf, moduleSources, projectRoot } from './compile.ts';

for (const source of moduleSources()) {
  test(`the module of ${source} is what its source compiles to`, async () => {
    const compiled = Buffer.from(await compile(source));
    assert.ok(compiled.equals(readFileSync(moduleOf(source))), 'the source was changed: npm run build:wasm');
  });
}

test('no module is left of a source that is gone', () => {
  const modules = globSync('pipeline/**/*.wasm', { cwd: projectRoot }).sort();
  assert.deepEqual(modules, moduleSources().map((source) => source.replace(/\.ts$/, '')));
});
