import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ownKey } from '../../pipeline/access/own-key.ts';
import { projectRoot } from '../../local/paths.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { requireOwnTarget } from '../target.ts';
import { openParts } from '../../pipeline/replay/parts.ts';
import { reconcile } from './reconcile.ts';
import { runDemo } from './run-demo.ts';
import { differenceLines, summaryOf } from './summary.ts';

/** `bomfri demo`: the options as commander hands them over. */
export interface DemoArguments {
  readonly seed: string;
  readonly garages: string;
  readonly speedup: string;
  readonly check?: boolean;
  readonly yes?: boolean;
}

const MOST_GARAGES = 300;
const UNEXPLAINED_SHOWN = 20;

export async function main(options: DemoArguments): Promise<void> {
  const config = readConfig();
  requireOwnTarget(config.ingestUrl, options.yes ?? false);
  const parts = await openParts(config, 'demo');
  try {
    const { run, books } = await runDemo({
      parts,
      ingestUrl: config.ingestUrl,
      ingestKey: ownKey(config),
      seed: options.seed,
      garages: wholeNumber('--garages', options.garages, MOST_GARAGES),
      speedup: wholeNumber('--speedup', options.speedup, 1_000_000),
      out: process.stdout,
    });
    const reconciliation = reconcile(books);
    const dir = join(resolve(projectRoot, config.dataDir), 'demo');
    mkdirSync(dir, { recursive: true });
    const file = join(dir, `${run}-differences.ndjson`);
    writeFileSync(file, differenceLines(reconciliation));
    console.log(`\n${summaryOf(reconciliation, books.truth).join('\n')}\n`);
    console.log(`Each explained difference with the ids of its faults: ${file}`);
    const { unexplained } = reconciliation;
    for (const sentence of unexplained.slice(0, UNEXPLAINED_SHOWN)) console.log(`NOT EXPLAINED: ${sentence}`);
    if (unexplained.length > UNEXPLAINED_SHOWN) console.log(`... and ${unexplained.length - UNEXPLAINED_SHOWN} more`);
    console.log(unexplained.length === 0 ? 'Nothing is lost, nothing doubled.' : 'Something is wrong: see above.');
    if (options.check && unexplained.length > 0) process.exitCode = 1;
  } finally {
    await parts.close();
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`${option} is '${text}', but must be a whole number from 1 to ${most}`);
}
