import { closeSync, globSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../bin/lock.mjs';
import { bomfri } from '../local/bomfri-command.ts';
import { projectRoot } from '../local/paths.ts';
import { freePortBase } from '../local/ports.ts';
import { endGroups, runInGroup } from './process-group.ts';

/**
 * `npm test [-- NAME]`: types, then the unit tests, then the tests that need Kafka, the registry, Redis and ClickHouse
 * on a stack of their own, made for the run and taken down after it. Those in `test/kafka` have topics of their own and
 * mostly wait for the broker, so they run beside the others, one file at a time each; what they say is shown after the
 * others. With NAME only files whose path contains it.
 */
const name = process.argv[2];
const unitTests = testFiles('{docs,pipeline,topics,schemas,loadtest,local,dashboards}/**/*.test.ts');
const pipelineTests = testFiles('test/*.test.ts');
const kafkaTests = testFiles('test/kafka/*.test.ts');
// A test that hangs, or whose file does not end after it, must not hold up the others.
const testRunner = ['--import', './test/ends-by-itself.ts', '--test', '--test-reporter=spec', '--test-timeout=900000'];

/** What the run has failed at so far. */
const failed: string[] = [];
let interrupted = false;
let takingDown = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    // What takes the stack down must get to its end.
    if (!takingDown) endGroups();
  });
}

if (unitTests.length + pipelineTests.length + kafkaTests.length === 0) {
  console.error(`No test file's path contains '${name}'.`);
  process.exit(1);
}
const waiting = () => console.log('Another run of the tests is under way in this checkout: waiting for it.');
await withLock(join(projectRoot, '.bomfri', 'test.lock'), waiting, async () => {
  if (name === undefined) {
    for (const project of ['.', 'loadtest/k6']) {
      await stage(`types of ${project}`, 'node_modules/typescript/bin/tsc', '--noEmit', '-p', project);
    }
  }
  // As many files at once as there are cores: by itself the runner leaves one core out, of two half.
  if (unitTests.length > 0) {
    await stage('unit tests', ...testRunner, `--test-concurrency=${availableParallelism()}`, ...unitTests);
  }
  if (pipelineTests.length + kafkaTests.length > 0 && !interrupted) await onStackOfItsOwn(stackTests);
});
if (interrupted) failed.push('interrupted');
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Test files in the order of their paths. */
function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectRoot }).filter((file) => file.includes(name ?? '')).sort();
}

/** The tests on the stack; the one that stops the broker has it to itself, at last. */
async function stackTests(): Promise<void> {
  const oneByOne = [...testRunner, '--test-concurrency=1'];
  const stopsTheBroker = (file: string): boolean => file.endsWith('/kafka-away.test.ts');
  const running = pipelineTests.filter((file) => !stopsTheBroker(file));
  const stopping = pipelineTests.filter(stopsTheBroker);
  const onTopicsOfTheirOwn = kafkaTests.length === 0
    ? null
    : heldBack('tests of Kafka on the real stack', ...oneByOne, ...kafkaTests);
  if (running.length > 0) await stage('tests of the pipeline on the real stack', ...oneByOne, ...running);
  await onTopicsOfTheirOwn?.then((show) => show());
  if (stopping.length > 0) await stage('tests of the pipeline while Kafka is away', ...oneByOne, ...stopping);
}

/** Runs Node with these arguments, its output shown, and notes how it went. */
async function stage(title: string, ...args: string[]): Promise<boolean> {
  if (interrupted) return false;
  console.log(`\n== ${title}`);
  return noted(title, args, performance.now(), await runInGroup(process.execPath, args));
}

/** As `stage`, beside another: resolves when it is done, to what shows its output. */
async function heldBack(title: string, ...args: string[]): Promise<() => void> {
  const path = join(projectRoot, '.bomfri', 'test-output.log');
  const output = openSync(path, 'w');
  const started = performance.now();
  const passed = await runInGroup(process.execPath, args, output);
  closeSync(output);
  return () => {
    console.log(`\n== ${title}\n${readFileSync(path, 'utf8')}`);
    rmSync(path);
    noted(title, args, started, passed);
  };
}

function noted(title: string, args: readonly string[], started: number, passed: boolean): boolean {
  // The test runner's own summary tells of tests that passed, and is to stand last.
  const summed = passed && args.includes('--test');
  if (!summed) {
    console.log(
      `== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
  }
  if (!passed) failed.push(title);
  return passed;
}

async function onStackOfItsOwn(work: () => Promise<void>): Promise<void> {
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
    if (!(await runInGroup(process.execPath, bomfri('local', takeDown).args, 'quiet'))) {
      failed.push('taking the stack down');
    }
  }
}
