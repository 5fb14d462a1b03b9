import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

interface Rule {
  readonly text: string;
  readonly tests: string;
}

const rules: Rule[] = readFileSync(join(import.meta.dirname, 'service-rules.md'), 'utf8').split('\n')
  .filter((row) => row.startsWith('| ') && !row.startsWith('| rule') && !row.startsWith('| ---'))
  .map((row) => row.split(' | '))
  .map(([text, , tests]) => ({ text: text!.slice(2), tests: tests!.replace(/ \|$/, '') }));

/** The names of a file's tests as they stand there, template parts and all. */
function testNames(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return Array.from(source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g), ([, , name]) =>
    name!.replaceAll(/\\(.)/g, '$1'));
}

for (const { text, tests } of rules) {
  test(`the rule is held by tests that exist: ${text.slice(0, 80)}`, () => {
    const files = tests.split(/; (?=`)/).filter((part) => part.startsWith('`'));
    assert.ok(files.length > 0, 'a rule names its tests');
    for (const part of files) {
      const [, file, list] = /^`([^`]+)`: (.+)$/.exec(part) ?? [];
      assert.ok(file !== undefined && existsSync(join(root, file)), `${part} names a file that exists`);
      const present = testNames(file);
      const named = Array.from(list!.matchAll(/\*([^*]+)\*/g), ([, name]) => name!);
      assert.ok(named.length > 0, `${file}: a name`);
      for (const name of named) {
        const isThere = name.endsWith('…')
          ? present.some((each) => each.startsWith(name.slice(0, -1)))
          : present.includes(name);
        assert.ok(isThere, `${file} has a test named '${name}'`);
      }
    }
  });
}

test('a list of rules is there', () => {
  assert.ok(rules.length > 40, `${rules.length} rules`);
  assert.ok(testNames('docs/service-rules.test.ts').includes('a list of rules is there'));
});
