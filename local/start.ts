import { ownKey, ownKeyFile } from '../pipeline/access/own-key.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { serviceBackOff } from './back-off.ts';
import { forgetPid, notePid, runningPid } from './background.ts';
import { bomfri, runInTerminal, runQuietly } from './bomfri-command.ts';
import { requireWritable } from './disk.ts';
import { answersOk } from './parts/ask.ts';
import { stackPaths } from './paths.ts';
import { requireFreePort } from './ports.ts';
import { step } from './progress.ts';
import type { Say } from './progress.ts';
import { SERVICE_GRACE_MS, services, stopLeftoverServices } from './services.ts';
import type { Service } from './services.ts';
import { keepStackUp, startStack, stopStack } from './stack.ts';
import { supervise } from './supervisor.ts';
import type { Program, Supervisor } from './supervisor.ts';
import { Trouble } from './trouble.ts';

const say: Say = (line) => console.log(line);

/** Where the machine is slow or busy all of them take a minute together; one that can't start at all dies sooner. */
const SERVICES_READY_WITHIN_MS = 300_000;

/**
 * `bomfri start`: the local stack, topics and schemas, the pipeline's services, then the demo; serves until it is
 * told to stop by SIGINT (Ctrl-C), SIGTERM or SIGHUP. It stops what it started and nothing else: parts of the stack
 * that ran before stay up.
 */
export async function start({ demo }: { demo: boolean }): Promise<void> {
  const stopping = stopSignal();
  const stopped = new Promise<'stopped'>((resolve) => stopping.addEventListener('abort', () => resolve('stopped')));
  await using cleanUp = new AsyncDisposableStack();
  try {
    await bringUp(stopping, stopped, cleanUp);
    if (demo && !stopping.aborted) await runDemo(stopping);
    if (!stopping.aborted) say(whatIsServed());
    await stopped;
  } catch (error) {
    // What breaks because it was told to stop is no news.
    if (!stopping.aborted) throw error;
  }
  say('Stopping ...');
}

/** Whatever it starts, `cleanUp` knows how to stop, also when it is left in the middle. */
async function bringUp(stopping: AbortSignal, stopped: Promise<unknown>, cleanUp: AsyncDisposableStack): Promise<void> {
  const { run } = stackPaths();
  requireWritable(run);
  refuseSecondStart(run);
  notePid(run, 'start', process.pid);
  cleanUp.defer(() => forgetPid(run, 'start'));
  await stopLeftoverServices(say);
  for (const { name, port } of services.flat()) await requireFreePort(port, `the service ${name}`);
  if (stopping.aborted) return;

  const { started, ready } = await startStack(say, stopping);
  cleanUp.defer(async () => {
    await Promise.allSettled(Object.values(ready));
    await stopStack(say, started);
  });
  await Promise.all([
    ready.kafka.then(() =>
      step(say, 'Topics: applying', 'Topics: as they should be', () => runQuietly('topics', 'apply'))),
    ready.registry.then(() =>
      step(say, 'Schemas: applying', 'Schemas: as they should be', () => runQuietly('schemas', 'apply'))),
    ready.redis,
    ready.clickhouse,
  ]);
  if (stopping.aborted) return;
  cleanUp.defer(keepStackUp(say));
  await step(say, 'API key: looking for it', 'API key: there', () => runQuietly('keys', 'local'));
  if (stopping.aborted) return;
  const supervisor = superviseServices();
  cleanUp.defer(() => step(say, 'Services: stopping', 'Services: down', () => supervisor.stop()));
  await Promise.race([stopped, step(say, 'Services: starting', 'Services: ready', () => supervisor.ready)]);
}

function superviseServices(): Supervisor {
  const { logs, run } = stackPaths();
  const programs = services.map((row) => row.map(serviceProgram));
  return supervise(programs, {
    backOff: serviceBackOff, graceMs: SERVICE_GRACE_MS, readyWithinMs: SERVICES_READY_WITHIN_MS, logs, run, say,
  });
}

function serviceProgram({ name, port }: Service): Program {
  return { name, ...bomfri(name), isReady: () => answersOk(`http://127.0.0.1:${port}/health/ready`) };
}

/** In a process of its own: whatever becomes of the demo, what is served stays up. */
async function runDemo(stopping: AbortSignal): Promise<void> {
  const code = await runInTerminal(['demo'], stopping);
  if (code !== 0 && !stopping.aborted) say(`The demo ended with code ${code}; the services stay up.`);
}

function whatIsServed(): string {
  const config = readConfig();
  return [
    '',
    'Bomfri is serving, on this machine only:',
    `  status page, read API  http://127.0.0.1:${localPort('page')}/#key=${ownKey(config)}`,
    `  camera reads go to     http://127.0.0.1:${localPort('ingest')}/v1/reads`,
    `  accounts API           http://127.0.0.1:${localPort('accounts')}/docs`,
    `  test payment gateway   http://127.0.0.1:${localPort('gateway')}`,
    `  ClickHouse             http://127.0.0.1:${localPort('clickhouse')}/`,
    `  Kafka                  127.0.0.1:${localPort('kafka')}`,
    `  API key for both       ${ownKeyFile(config)}`,
    `  logs                   ${stackPaths().logs}`,
    'Ctrl-C stops it.',
  ].join('\n');
}

function refuseSecondStart(run: string): void {
  const pid = runningPid(run, 'start');
  if (pid === null) return;
  throw new Trouble(`\`bomfri start\` already runs (process ${pid}): stop that one first,`
    + ' or give this one a BOMFRI_DATA_DIR and a BOMFRI_PORT_BASE of its own.');
}

/** Aborts at the first request to stop; later ones change nothing, for a terminal and npm both pass a Ctrl-C on. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  // A terminal that was closed takes no more lines; what is left to stop must be stopped all the same.
  process.stdout.on('error', () => {});
  return stopping.signal;
}
