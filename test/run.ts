import { globSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../bin/lock.mjs';
import { bomfri } from '../local/bomfri-command.ts';
import { projectRoot } from '../local/paths.ts';
import { freePortBase } from '../local/ports.ts';
import { endGroup, runInGroup } from './process-group.ts';

/**
 * `npm test [-- NAME]`: types, then the unit tests, then the tests that need Kafka, the registry, Redis and ClickHouse
 * on a stack of their own, made for the run and taken down after it. With NAME only files whose path contains it.
 */
const name = process.argv[2];
const unitTests = testFiles('{docs,pipeline,topics,schemas,loadtest,local,dashboards}/**/*.test.ts');
const stackTests = testFiles('test/**/*.test.ts');
// A test that hangs, or whose file does not end after it failed, must not hold up the others.
const testRunner = ['--test', '--test-reporter=spec', '--test-force-exit', '--test-timeout=900000'];

/** What the run has failed at so far. */
const failed: string[] = [];
let interrupted = false;
let takingDown = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    // What takes the stack down must get to its end.
    if (!takingDown) endGroup();
  });
}

if (unitTests.length + stackTests.length === 0) {
  console.error(`No test file's path contains '${name}'.`);
  process.exit(1);
}
const waiting = () => console.log('Another run of the tests is under way in this checkout: waiting for it.');
await withLock(join(projectRoot, '.bomfri', 'test.lock'), waiting, async () => {
  if (name === undefined) {
    for (const project of ['.', 'loadtest/k6']) await stage(`types of ${project}`, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', project);
  }
  if (unitTests.length > 0) await stage('unit tests', ...testRunner, ...unitTests);
  if (stackTests.length > 0 && !interrupted) {
    await onStackOfItsOwn(() => stage('tests on the real stack', ...testRunner, '--test-concurrency=1', ...stackTests));
  }
});
if (interrupted) failed.push('interrupted');
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Test files in the order of their paths. */
function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectRoot }).filter((file) => file.includes(name ?? '')).sort();
}

/** Runs Node with these arguments, its output shown, and notes how it went. */
async function stage(title: string, ...args: string[]): Promise<boolean> {
  if (interrupted) return false;
  console.log(`\n== ${title}`);
  const started = performance.now();
  const passed = await runInGroup(process.execPath, args);
  // The test runner's own summary tells of tests that passed, and is to stand last.
  const summed = passed && args.includes('--test');
  if (!summed) console.log(`== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (!passed) failed.push(title);
  return passed;
}

async function onStackOfItsOwn(work: () => Promise<boolean>): Promise<void> {
  for (const variable of Object.keys(process.env)) if (variable.startsWith('BOMFRI_')) delete process.env[variable];
  process.env.BOMFRI_DATA_DIR = join('.bomfri', 'test');
  process.env.BOMFRI_PORT_BASE = String(await freePortBase());
  try {
    const up = [['local', 'wipe'], ['local', 'up'], ['topics', 'apply'], ['schemas', 'apply'], ['keys', 'local']];
    for (const args of up) if (!(await stage(`bomfri ${args.join(' ')}`, ...bomfri(...args).args))) return;
    await work();
  } finally {
    takingDown = true;
    // Logs of a failure are kept for whoever looks for its cause; the next run deletes them.
    const takeDown = failed.length > 0 || interrupted ? 'down' : 'wipe';
    if (!(await runInGroup(process.execPath, bomfri('local', takeDown).args, 'quiet'))) failed.push('taking the stack down');
  }
}
