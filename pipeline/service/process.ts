import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { openAdminServer } from './admin-server.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { openLogger } from './logging.ts';
import { newReadiness } from './readiness.ts';

/** What a process is given to work with. */
export interface Service {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Aborts when the process is asked to stop. */
  readonly stopping: AbortSignal;
  /** Started, not stopping, and nothing said otherwise. */
  readonly ready: boolean;
  /** False while something is away that the process can't work without. */
  setReady(ready: boolean): void;
}

/** What a process does, once started. */
export interface RunningPart {
  /** Ends the work and leaves nothing half done. */
  stop(): Promise<void>;
  /** Resolves only when it failed for good. */
  readonly failed: Promise<Error>;
}

/** A stop that takes longer is given up, so that a supervisor need not kill. */
const STOP_LIMIT_MS = 12_000;

/** How long a process that is asked to stop while it starts waits for what it began. */
const START_GRACE_MS = 3_000;

/**
 * The life of a process: configuration, logger, metrics and health (on `adminPort`, unless the part serves them
 * itself and gives null), start, work, stop. SIGTERM and SIGINT let readiness fall first, then stop the part.
 * Ends the process: with 0 after a clean stop, with 1 and one log line after a failure.
 */
export async function runService(
  name: string,
  adminPort: number | null,
  start: (service: Service) => Promise<RunningPart>,
): Promise<never> {
  const config = configOrExit();
  const logger = openLogger(name, config.logLevel);
  const fail = (error: unknown, message: string): never => {
    logger.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fail(error, 'stopped by an error that nothing handles'));

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const readiness = newReadiness();
  const stopping = stopSignal(() => readiness.stopping());
  const service: Service = {
    config,
    logger,
    metrics,
    stopping,
    get ready() {
      return readiness.ready;
    },
    setReady: readiness.setReady,
  };

  try {
    const admin =
      adminPort === null ? null : await openAdminServer({ host: config.host, port: adminPort }, metrics, readiness);
    const part = await Promise.race([start(service), aborted(stopping).then(() => delay(START_GRACE_MS, null))]);
    if (part !== null) {
      readiness.started();
      logger.info('started');
      const failure = await Promise.race([part.failed, aborted(stopping)]);
      if (failure !== null) throw failure;
      logger.info('stopping');
      await within(STOP_LIMIT_MS, part.stop());
    }
    await admin?.close();
  } catch (error) {
    fail(error, error instanceof Error ? error.message : 'failed');
  }
  logger.info('stopped');
  process.exit(0);
}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** Aborts at the first SIGTERM or SIGINT; later ones change nothing. `first` runs before anything else hears of it. */
function stopSignal(first: () => void): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    first();
    controller.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not stop within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
