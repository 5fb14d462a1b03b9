import type { Log } from '../engine/log.ts';
import type { SchemaIds } from '../records/codec.ts';
import { withLog } from '../service/with-log.ts';
import type { ChangedTable } from './table-change.ts';

/** Runs `apply` against the configured log, as a command: prints what it changed. */
export function runApply(what: string, apply: (log: Log, ids: SchemaIds) => Promise<ChangedTable>): Promise<void> {
  return withLog(async ({ log, ids }) => {
    const { changed, version } = await apply(log, ids);
    for (const key of changed.slice(0, LISTED_MAX)) console.log(`changed ${key}`);
    if (changed.length > LISTED_MAX) console.log(`changed ${changed.length - LISTED_MAX} more`);
    console.log(changed.length === 0 ? `no ${what} changed` : `${what} changed: ${changed.length}; version ${version}`);
  });
}

/** Beyond that a list tells nobody anything. */
const LISTED_MAX = 50;
