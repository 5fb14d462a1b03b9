import { closeSync, globSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../bin/lock.mjs';
import { bomfri } from '../local/bomfri-command.ts';
import { projectRoot } from '../local/paths.ts';
import { freePortBase } from '../local/ports.ts';
import { endGroups, runInGroup } from './process-group.ts';

/**
 * `npm test [-- NAME]`: types, then the unit tests, then the tests that need Kafka, the registry, Redis and ClickHouse, on
 * two stacks made for the run and taken down after it. Those tests mostly wait, so three lanes of them run beside each
 * other: on each stack half of those that share the pipeline's topics and services, one file at a time, and on the first
 * also those that share nothing, two at a time. What the first lane says is shown at once, then what the others said.
 * With NAME only files whose path contains it.
 */
const name = process.argv[2];
const unitTests = testFiles('{docs,pipeline,topics,schemas,loadtest,local,dashboards}/**/*.test.ts');
const stackTests = testFiles('test/{,kafka/}*.test.ts');
/** Their topics, groups and transactional ids have a prefix; what they start listens where nobody else does. */
const sharingNothing = [/^test.kafka/, /^test.(billing|month|two-places)\.test\.ts$/];
// A test that hangs, or whose file does not end after it, must not hold up the others.
const testRunner = ['--import', './test/ends-by-itself.ts', '--test', '--test-reporter=spec', '--test-timeout=900000'];

/** Where a stage tells of itself: on the terminal, or in a file that is shown later. */
interface Told {
  readonly output: 'shown' | number;
  say(line: string): void;
}

interface Where {
  readonly told: Told;
  readonly env: NodeJS.ProcessEnv;
}

const atOnce: Told = { output: 'shown', say: (line) => console.log(line) };

/** What the run has failed at so far. */
const failed: string[] = [];
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    endGroups();
  });
}

if (unitTests.length + stackTests.length === 0) {
  console.error(`No test file's path contains '${name}'.`);
  process.exit(1);
}
const waiting = () => console.log('Another run of the tests is under way in this checkout: waiting for it.');
await withLock(join(projectRoot, '.bomfri', 'test.lock'), waiting, async () => {
  if (name === undefined) {
    for (const project of ['.', 'loadtest/k6']) {
      await stage(`types of ${project}`, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', project]);
    }
  }
  // As many files at once as there are cores: by itself the runner leaves one core out, of two half.
  await testStage('unit tests', unitTests, undefined, availableParallelism());
  if (stackTests.length > 0 && !interrupted) await testOnStacks();
});
if (interrupted) failed.push('interrupted');
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Test files in the order of their paths. */
function testFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: projectRoot }).filter((file) => file.includes(name ?? '')).sort();
}

/** The tests on the stacks; the one that stops its broker has it to itself, at last. */
async function testOnStacks(): Promise<void> {
  const { apart = [], sharing = [], stopping = [] } = Object.groupBy(stackTests, (file) => {
    if (file.endsWith('kafka-away.test.ts')) return 'stopping';
    return sharingNothing.some((pattern) => pattern.test(file)) ? 'apart' : 'sharing';
  });
  // Every other file takes about half of the time.
  const [one, other] = [0, 1].map((rest) => sharing.filter((_, index) => index % 2 === rest)) as [string[], string[]];
  const first = { BOMFRI_DATA_DIR: join('.bomfri', 'test'), BOMFRI_PORT_BASE: String(await freePortBase()) };
  const second = { ...first, BOMFRI_DATA_DIR: join('.bomfri', 'test-2') };
  while (second.BOMFRI_PORT_BASE === first.BOMFRI_PORT_BASE) second.BOMFRI_PORT_BASE = String(await freePortBase());

  const lanes: Promise<() => void>[] = [];
  if (other.length + stopping.length > 0) {
    lanes.push(heldBack('second-stack', (told) => onStack(second, told, async (where) => {
      await testStage('tests of the pipeline on a second stack', other, where);
      await testStage('tests of the pipeline while Kafka is away', stopping, where);
    })));
  }
  if (one.length + apart.length > 0) {
    await onStack(first, atOnce, async (where) => {
      const beside = heldBack('apart', (told) =>
        testStage('tests on topics of their own', apart, { ...where, told }, 2));
      lanes.unshift(beside);
      await testStage('tests of the pipeline', one, where);
      await beside;
    });
  }
  for (const lane of lanes) (await lane)();
}

/** Resolves when the work is done, to what shows all that it told. */
async function heldBack(title: string, work: (told: Told) => Promise<unknown>): Promise<() => void> {
  const path = join(projectRoot, '.bomfri', `test-output-${title}.log`);
  const output = openSync(path, 'w');
  await work({ output, say: (line) => void writeSync(output, `${line}\n`) });
  closeSync(output);
  return () => {
    console.log(readFileSync(path, 'utf8'));
    rmSync(path);
  };
}

async function testStage(title: string, files: readonly string[], where?: Where, atATime = 1): Promise<void> {
  if (files.length > 0) await stage(title, [...testRunner, `--test-concurrency=${atATime}`, ...files], where);
}

/** Runs Node with these arguments, and notes how it went. */
async function stage(
  title: string, args: readonly string[], { told, env }: Where = { told: atOnce, env: process.env },
): Promise<boolean> {
  if (interrupted) return false;
  told.say(`\n== ${title}`);
  const started = performance.now();
  const passed = await runInGroup(process.execPath, args, { output: told.output, env });
  // The test runner's own summary tells of tests that passed, and is to stand last.
  const summed = passed && args.includes('--test');
  if (!summed) {
    told.say(`== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  if (!passed) failed.push(title);
  return passed;
}

/** A stack that is made for the work, and taken down after it. @param settings which stack that is */
async function onStack(
  settings: Record<string, string>, told: Told, work: (where: Where) => Promise<void>,
): Promise<void> {
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith('BOMFRI_'));
  const where: Where = { told, env: { ...Object.fromEntries(inherited), ...settings } };
  try {
    const up = [['local', 'wipe'], ['local', 'up'], ['topics', 'apply'], ['schemas', 'apply'], ['keys', 'local']];
    for (const args of up) if (!(await stage(`bomfri ${args.join(' ')}`, bomfri(...args).args, where))) return;
    await work(where);
  } finally {
    // Logs of a failure are kept for whoever looks for its cause; the next run deletes them.
    const takeDown = failed.length > 0 || interrupted ? 'down' : 'wipe';
    const quietly = { output: 'quiet', env: where.env, getsToItsEnd: true } as const;
    if (!(await runInGroup(process.execPath, bomfri('local', takeDown).args, quietly))) {
      failed.push('taking the stack down');
    }
  }
}
