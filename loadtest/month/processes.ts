import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bomfri } from '../../local/bomfri-command.ts';
import { answersOk } from '../../local/parts/ask.ts';
import { freePortBase } from '../../local/ports.ts';
import { until } from '../../local/until.ts';
import { localPort } from '../../pipeline/service/config.ts';

/** A process that is killed and started again at will. */
export interface KillableProcess {
  readonly kills: number;
  /** kill -9, and at once another one in its place. */
  killAndReplace(): Promise<void>;
  stop(): Promise<void>;
}

/** The payments worker on the topics under a prefix. */
export function startPayments(prefix: string, gatewayUrl: string): KillableProcess {
  const script = join(import.meta.dirname, 'payments-process.ts');
  return keep(() => spawn(process.execPath, [script, prefix], {
    stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, BOMFRI_GATEWAY_URL: gatewayUrl },
  }));
}

export interface RunningGateway extends KillableProcess {
  readonly url: string;
  /** Where it writes what it does before it answers. */
  readonly bookFile: string;
  ready(): Promise<void>;
}

/** `bomfri gateway` with a book and a port of its own. @param dir where the book goes */
export async function startGateway(dir: string): Promise<RunningGateway> {
  const base = await freePortBase();
  const url = `http://127.0.0.1:${localPort('gateway', base)}`;
  const { command, args } = bomfri('gateway');
  const own = {
    BOMFRI_DATA_DIR: dir,
    BOMFRI_PORT_BASE: String(base),
    BOMFRI_GATEWAY_URL: url,
    BOMFRI_LOG_LEVEL: 'fatal',
  };
  const env = { ...process.env, ...own };
  const kept = keep(() => spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env }));
  return Object.assign(kept, {
    url, bookFile: join(dir, 'data', 'gateway', 'orders.ndjson'),
    async ready() {
      const isReady = await until(() => answersOk(`${url}/health/ready`), READY_WITHIN_MS);
      if (!isReady) throw new Error('the gateway does not get ready');
    },
  });
}

const READY_WITHIN_MS = 60_000;

function keep(launch: () => ChildProcess): KillableProcess {
  let child = launch();
  let kills = 0;
  const killed = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error('a process of the month has ended by itself');
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    get kills() {
      return kills;
    },
    async killAndReplace() {
      await killed();
      kills += 1;
      child = launch();
    },
    stop: killed,
  };
}
