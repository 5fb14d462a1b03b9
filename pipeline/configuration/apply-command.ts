import { FencedError, type Log } from '../engine/log.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import type { SchemaIds } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { readConfig } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';
import type { ChangedTable } from './table-change.ts';

/** Runs `apply` against the configured log, as a command: prints what it changed. */
export async function runApply(
  what: string,
  apply: (log: Log, ids: SchemaIds) => Promise<ChangedTable>,
): Promise<void> {
  const config = readConfig();
  const ids = await openRegistry(config.registryUrl);
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-cli', logger: openLogger('cli', config.logLevel) });
  try {
    const { changed, version } = await apply(log, ids);
    for (const key of changed.slice(0, LISTED_MAX)) console.log(`changed ${key}`);
    if (changed.length > LISTED_MAX) console.log(`changed ${changed.length - LISTED_MAX} more`);
    console.log(changed.length === 0 ? `no ${what} changed` : `${what} changed: ${changed.length}; version ${version}`);
  } catch (error) {
    if (error instanceof FencedError) throw new Error(`somebody else applied ${what} at the same time: run it again`);
    throw error;
  } finally {
    await log.close();
  }
}

/** Beyond that a list tells nobody anything. */
const LISTED_MAX = 50;
