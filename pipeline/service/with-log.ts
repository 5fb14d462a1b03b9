import { FencedError, type Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import type { SchemaIds } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { readConfig, type Config } from './config.ts';
import { openLogger } from './logging.ts';

/** What a command at the terminal works on: the log and the registry that the environment names. */
export interface CommandLog {
  readonly config: Config;
  readonly ids: SchemaIds;
  readonly log: Log;
  readonly logger: Logger;
}

/**
 * Opens them for a command, and closes the log when its work is done.
 * @param logLevel as configured, if not given
 * @throws what the work throws; in plain words when it was fenced
 */
export async function withLog<T>(work: (at: CommandLog) => Promise<T>, logLevel?: string): Promise<T> {
  const config = readConfig();
  const ids = await openRegistry(config.registryUrl);
  const logger = openLogger('cli', logLevel ?? config.logLevel);
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-cli', logger });
  try {
    return await work({ config, ids, log, logger });
  } catch (error) {
    if (error instanceof FencedError) throw new Error('somebody else ran this at the same time: run it again');
    throw error;
  } finally {
    await log.close();
  }
}
