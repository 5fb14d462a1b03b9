import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from './generate.ts';
import type { AnyTruthLine } from './profile.ts';

export interface FleetCounts {
  readonly reads: number;
  readonly stays: number;
  readonly faults: number;
}

/**
 * Writes `reads.ndjson` (in order of delivery), `truth.ndjson`, `garages.json` and `accounts.json` into a folder,
 * which is made when it is not there.
 */
export function writeFleetFiles(fleet: Fleet<AnyTruthLine>, dir: string): FleetCounts {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'garages.json'), `${JSON.stringify(fleet.garages, null, 2)}\n`);
  const accounts = openLines(join(dir, 'accounts.json'));
  let opening = '[';
  for (const account of fleet.accounts()) {
    accounts.write(`${opening}${JSON.stringify(account)}`);
    opening = ',';
  }
  accounts.write(opening === '[' ? '[]' : ']');
  accounts.close();

  const reads = openLines(join(dir, 'reads.ndjson'));
  const truth = openLines(join(dir, 'truth.ndjson'));
  const counts = { reads: 0, stays: 0, faults: 0 };
  for (const event of fleet.events()) {
    if (event.kind === 'read') {
      reads.write(JSON.stringify(event.read));
      counts.reads += 1;
    } else {
      truth.write(JSON.stringify(event.line));
      if (event.line.kind === 'stay') counts.stays += 1;
      counts.faults += event.line.faults.length;
    }
  }
  reads.close();
  truth.close();
  return counts;
}

interface Lines {
  write(line: string): void;
  close(): void;
}

/** A file written line by line, about a mebibyte at a time. */
function openLines(path: string): Lines {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  let length = 0;
  const flush = (): void => {
    if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`);
    lines = [];
    length = 0;
  };
  return {
    write(line) {
      lines.push(line);
      length += line.length;
      if (length > 1_048_576) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}
