import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { newReadCounts } from './read-counts.ts';
import type { ReadCounts } from './read-counts.ts';

/** What k6 was told about the reads that it sent. */
export interface Told {
  /** How often each was accepted: so often it must stand. */
  readonly accepted: ReadCounts;
  /** How often each was sent without a clear answer besides: so much oftener it may stand. */
  readonly unknown: ReadCounts;
}

/**
 * Takes the lines that `k6/gateway.ts` writes, `accepted GATEWAY DATE FIRST COUNT`, likewise `unknown` and `refused`.
 * @throws on any other line: an answer that is not understood would be one that is not counted
 */
export function toldIn(lines: Iterable<string>): Told {
  const told = { accepted: newReadCounts(), unknown: newReadCounts() };
  for (const line of lines) note(told, line);
  return told;
}

export async function toldInFile(path: string): Promise<Told> {
  const told = { accepted: newReadCounts(), unknown: newReadCounts() };
  for await (const line of createInterface({ input: createReadStream(path) })) note(told, line);
  return told;
}

function note(told: Told, line: string): void {
  const match = /^(accepted|unknown|refused) (\d+) (\d{4}-\d\d-\d\d) (\d+) (\d+)$/.exec(line);
  if (match === null) throw new Error(`k6 wrote a line that is no answer: ${line.slice(0, 200)}`);
  const [, word, gateway, date, from, count] = match;
  if (word === 'refused') return;
  told[word as keyof Told].add(Number(gateway), { date: date!, from: Number(from), count: Number(count) });
}
