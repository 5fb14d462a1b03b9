import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BRIEF_JAVA, requireJava } from '../../local/programs.ts';

/** Runs the second program over the truth in `dir`; answers the rows of each of its tables. */
export async function recount(dir: string): Promise<(table: string) => string[]> {
  const java = await requireJava(() => {});
  const run = promisify(execFile);
  const classes = join(dir, 'classes');
  const out = join(dir, 'recounted');
  const sources = globSync('recount/*.java', { cwd: import.meta.dirname }).map((file) =>
    join(import.meta.dirname, file));
  await run(java, [...BRIEF_JAVA, '-m', 'jdk.compiler/com.sun.tools.javac.Main', '-d', classes, ...sources]);
  await run(java, [...BRIEF_JAVA, '-cp', classes, 'recount.Recount', join(dir, 'truth'), out]);
  return (table) => readFileSync(join(out, `${table}.tsv`), 'utf8').split('\n').slice(0, -1);
}
