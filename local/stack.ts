import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { alone } from './alone.ts';
import { serviceBackOff } from './back-off.ts';
import { launch, lastLines, logFile, runningPid, startedAt, stopNoted } from './background.ts';
import { requireDiskSpace } from './disk.ts';
import { keepUp } from './keep-up.ts';
import { clickhousePart } from './parts/clickhouse.ts';
import { kafkaPart } from './parts/kafka.ts';
import type { Part, PartName } from './parts/part.ts';
import { redisPart } from './parts/redis.ts';
import { registryPart } from './parts/registry.ts';
import { stackPaths } from './paths.ts';
import type { StackPaths } from './paths.ts';
import { requireFreePort } from './ports.ts';
import { step } from './progress.ts';
import type { Say } from './progress.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

/** Room for a demo's topics, tables and logs. */
const DATA_MIB = 1_000;
/** With less a part that was gone would be gone again at once. */
const RESTART_MIB = 100;
const LOOK_EVERY_MS = 2_000;
const MAKE_ROOM = "free some space (`npx bomfri local wipe` deletes the local stack's data), "
  + 'or set BOMFRI_DATA_DIR to a folder on another disk';
const READY_WITHIN_MS = 90_000;
/** Kafka flushes and closes its logs within seconds; the others are quicker. */
const STOP_GRACE_MS = 30_000;

export interface StartingStack {
  /** The parts that did not run before. */
  readonly started: readonly PartName[];
  /**
   * Resolve when their part answers, so that what needs one part alone need not wait for the others;
   * reject with a Trouble that says what to do.
   */
  readonly ready: Readonly<Record<PartName, Promise<void>>>;
}

/** Starts every part that does not run yet, all at once; `stopping` ends that before it is done. */
export async function startStack(say: Say, stopping?: AbortSignal): Promise<StartingStack> {
  const paths = stackPaths();
  const parts = stackParts(paths);
  requireDiskSpace(paths.data, DATA_MIB, MAKE_ROOM);
  const starting = Object.values(parts).filter((part) => runningPid(paths.run, part.name) === null);
  for (const part of starting) for (const port of part.ports) await requireFreePort(port, part.title);
  const begin = (part: Part) =>
    (starting.includes(part) ? startPart(part, paths, say, stopping) : awaitPart(part, paths, stopping));
  const ready = {
    kafka: begin(parts.kafka),
    registry: begin(parts.registry),
    redis: begin(parts.redis),
    clickhouse: begin(parts.clickhouse),
  };
  // Whoever awaits one of them sees its failure; a failure of one that nobody awaits yet must not end the process.
  for (const promise of Object.values(ready)) promise.catch(() => {});
  return { started: starting.map((part) => part.name), ready };
}

/** Starts again whichever part is gone, until the returned function is called. */
export function keepStackUp(say: Say): () => Promise<void> {
  const paths = stackPaths();
  const kept = Object.values(stackParts(paths)).map((part) => {
    const isRunning = () => runningPid(paths.run, part.name) !== null;
    return {
      title: part.title,
      log: logFile(paths.logs, part.name),
      isRunning,
      start: async (stopping: AbortSignal) => {
        requireDiskSpace(paths.data, RESTART_MIB, MAKE_ROOM);
        await alone(say, async () => {
          if (isRunning()) return;
          for (const port of part.ports) await requireFreePort(port, part.title);
          await startPart(part, paths, say, stopping);
        });
      },
    };
  });
  return keepUp(kept, { backOff: serviceBackOff, everyMs: LOOK_EVERY_MS, say });
}

/** Stops what runs of the stack, Kafka last. Does nothing to processes that this stack did not start. */
export async function stopStack(say: Say, only?: readonly PartName[]): Promise<void> {
  const { run } = stackPaths();
  const { kafka, ...others } = stackParts(stackPaths());
  const chosen = (part: Part) => only === undefined || only.includes(part.name);
  await Promise.all(Object.values(others).filter(chosen).map((part) => stopPart(part, run, say)));
  if (chosen(kafka)) await stopPart(kafka, run, say);
}

export interface PartStatus {
  readonly name: PartName;
  readonly port: number;
  readonly state: 'up' | 'not answering' | 'down';
  readonly pid: number | null;
  readonly uptimeSeconds: number | null;
  readonly memoryMib: number | null;
}

export function stackStatus(): Promise<PartStatus[]> {
  const paths = stackPaths();
  return Promise.all(Object.values(stackParts(paths)).map((part) => partStatus(part, paths)));
}

/** Deletes the data, logs and pid files of a stack that is down; downloads stay. @returns the folders that went */
export function wipeStack(): string[] {
  const { data, logs, run } = stackPaths();
  const present = [data, logs, run].filter((dir) => existsSync(dir));
  for (const dir of present) rmSync(dir, { recursive: true, force: true });
  return present;
}

function stackParts(paths: StackPaths): Record<PartName, Part> {
  return {
    kafka: kafkaPart(paths),
    registry: registryPart(paths),
    redis: redisPart(paths),
    clickhouse: clickhousePart(paths),
  };
}

async function startPart(part: Part, paths: StackPaths, say: Say, stopping?: AbortSignal): Promise<void> {
  const command = await part.prepare(say);
  stopping?.throwIfAborted();
  await step(say, `${part.title}: starting`, `${part.title}: up`, async () => {
    const child = launch({ ...command, name: part.name, logs: paths.logs, run: paths.run });
    await awaitReady(part, child, paths, stopping);
    child.unref();
  });
}

async function awaitReady(part: Part, child: ChildProcess, paths: StackPaths, stopping?: AbortSignal): Promise<void> {
  const died = new AbortController();
  let end = '';
  child.once('error', (error) => {
    end = `could not be started (${error.message})`;
    died.abort();
  });
  child.once('exit', (code, signal) => {
    end = `ended at its start with ${signal ?? `code ${code}`}`;
    died.abort();
  });
  const over = AbortSignal.any([died.signal, ...(stopping === undefined ? [] : [stopping])]);
  const ready = await until(async () => !died.signal.aborted && part.isReady(), READY_WITHIN_MS, over);
  if (ready) return;
  stopping?.throwIfAborted();
  if (end === '') end = `did not answer within ${READY_WITHIN_MS / 1000} s`;
  throw new Trouble(whatItsLogSays(part, end, paths));
}

/** A part that was started before, perhaps a moment ago by another command. */
async function awaitPart(part: Part, paths: StackPaths, stopping?: AbortSignal): Promise<void> {
  if (await until(() => part.isReady(), READY_WITHIN_MS, stopping)) return;
  stopping?.throwIfAborted();
  throw new Trouble(whatItsLogSays(
    part,
    'runs but does not answer (try `npx bomfri local down` and then again)',
    paths,
  ));
}

function whatItsLogSays(part: Part, end: string, paths: StackPaths): string {
  const log = logFile(paths.logs, part.name);
  const lines = lastLines(log, 8).map((line) => `  | ${line}`);
  return [`${part.title} ${end}; its log is ${log} and ends with:`, ...lines].join('\n');
}

async function stopPart(part: Part, run: string, say: Say): Promise<void> {
  if (runningPid(run, part.name) === null) return;
  await step(say, `${part.title}: stopping`, `${part.title}: down`, () => stopNoted(run, part.name, STOP_GRACE_MS));
}

async function partStatus(part: Part, paths: StackPaths): Promise<PartStatus> {
  const pid = runningPid(paths.run, part.name);
  const port = part.ports[0]!;
  if (pid === null) return { name: part.name, port, state: 'down', pid, uptimeSeconds: null, memoryMib: null };
  const answers = await until(() => part.isReady(), 0);
  return {
    name: part.name,
    port,
    state: answers ? 'up' : 'not answering',
    pid,
    uptimeSeconds: Math.round((Date.now() - startedAt(paths.run, part.name)) / 1000),
    memoryMib: residentMib(pid),
  };
}

/** Memory that the process really holds; null where the system does not tell. */
function residentMib(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / 1024);
  } catch {
    return null;
  }
}
