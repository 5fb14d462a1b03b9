import { writeFileSync } from 'node:fs';
import { FileError } from '../../reads-file/file-items.ts';
import { readsOfFile } from '../evaluation/read-ahead.ts';
import { objectsOfFile } from '../evaluation/reads-file.ts';
import { CONFUSIONS_FILE, type Confusions } from './confusions.ts';
import { openLearner } from './learn.ts';

export interface LearnOptions {
  readonly out?: string;
  readonly least: string;
}

/**
 * `bomfri learn`: the character confusions of a file of reads, by stays of which it is known what passed: the visits of
 * `evaluate --visits-out` or of the warehouse as NDJSON, of which those count that are closed and sure, or a truth file.
 */
export async function main(reads: string, stays: string, { out, least }: LearnOptions): Promise<void> {
  const minimum = Number(least);
  if (!Number.isInteger(minimum) || minimum < 1) throw new Error(`--least is '${least}', but must be a whole number from 1`);
  const plates = await knownPlates(stays);
  if (plates.size === 0) {
    throw new Error(
      `${stays} names no reads to learn from: it must hold true stays, or closed visits with a matchConfidence from ${SURE}`,
    );
  }
  const learner = openLearner();
  let compared = 0;
  for await (const batch of readsOfFile(reads)) {
    for (const read of batch) {
      const key = keyOf(read.garageId, read.readId);
      const truth = plates.get(key);
      if (truth === undefined) continue;
      // A read that is delivered again counts once.
      plates.delete(key);
      learner.add(read, truth);
      compared++;
    }
  }
  if (compared === 0) throw new Error(`none of the reads that ${stays} names stands in ${reads}`);
  const confusions = learner.confusions(minimum);
  const target = out ?? CONFUSIONS_FILE;
  writeFileSync(target, written(confusions));
  console.log(
    `${compared} reads, ${confusions.misreads} of them misread; wrote ${out ?? CONFUSIONS_FILE.pathname}. ` +
    'Every visits process must be started anew with the same file.',
  );
}

/** Visits surer than this are taken for true. */
const SURE = 0.99;

interface KnownPlate {
  readonly plate: string;
  readonly country: string;
}

/** Plate by garage and read. */
async function knownPlates(path: string): Promise<Map<string, KnownPlate>> {
  const plates = new Map<string, KnownPlate>();
  let line = 0;
  for await (const item of objectsOfFile(path)) {
    line++;
    const stay = item as Readonly<Record<string, unknown>> | null;
    if (typeof stay !== 'object' || stay === null) throw new FileError(path, line, 'must be an object');
    for (const readId of readIdsOf(stay)) {
      const { garageId, plate, country } = stay;
      if (typeof garageId !== 'string' || typeof plate !== 'string' || typeof country !== 'string') {
        throw new FileError(path, line, 'must have garageId, plate and country');
      }
      plates.set(keyOf(garageId, readId), { plate, country });
    }
  }
  return plates;
}

/** The reads whose plate the line tells for sure. */
function readIdsOf(stay: Readonly<Record<string, unknown>>): string[] {
  const { kind, status, matchConfidence, entryReadId, exitReadId, entryReadIds, exitReadIds } = stay;
  const isSure = status === 'closed' && typeof matchConfidence === 'number' && matchConfidence >= SURE;
  const ids = kind === 'stay' ? [entryReadIds, exitReadIds].flat() : isSure ? [entryReadId, exitReadId] : [];
  return ids.filter((id) => typeof id === 'string');
}

function keyOf(garageId: string, readId: string): string {
  return `${garageId} ${readId}`;
}

/** JSON with a row of counts a line. */
function written(confusions: Confusions): string {
  const rows = (open: string, items: readonly string[], close: string): string =>
    `${open}\n${items.map((item) => `    ${item}`).join(',\n')}\n  ${close}`;
  const fields = Object.entries(confusions).map(([name, value]) => {
    if (name === 'reliability') return `"${name}": ${rows('[', value.map((row: object) => JSON.stringify(row)), ']')}`;
    if (name !== 'substitutions') return `"${name}": ${JSON.stringify(value)}`;
    const ofCharacters = Object.entries(value).map(([character, row]) => `${JSON.stringify(character)}: ${JSON.stringify(row)}`);
    return `"${name}": ${rows('{', ofCharacters, '}')}`;
  });
  return `{\n${fields.map((field) => `  ${field}`).join(',\n')}\n}\n`;
}
