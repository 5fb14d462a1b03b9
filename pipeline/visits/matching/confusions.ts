import shipped from './confusions.json' with { type: 'json' };

/**
 * How cameras misread, as counts over reads whose true plate is known. Nothing here tells a plate: only single
 * characters, and none that was seen less often than `learn` asks for.
 */
export interface Confusions {
  /** Of this form; another one is refused. */
  readonly format: number;
  /** Reads that differ from their plate, and how many single edits lead from plates to reads. */
  readonly misreads: number;
  /** By the plate's character, then the read's. */
  readonly substitutions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Substitutions too rare to be named. */
  readonly rareSubstitutions: number;
  /** How often each character stood in the plates of misreads, whether misread itself or not. */
  readonly characters: Readonly<Record<string, number>>;
  /** Characters that were read where the plate has none; the rare ones together. */
  readonly added: Readonly<Record<string, number>>;
  readonly rareAdded: number;
  /** How often one, two, three or more characters were lost together at an end. */
  readonly lostFirst: readonly number[];
  readonly lostLast: readonly number[];
  readonly lostInside: number;
  readonly addedFirst: number;
  readonly addedLast: number;
  readonly addedInside: number;
  /** Two neighbours that changed places. */
  readonly swapped: number;
  /** Misreads that have next to nothing of the plate. Not counted in the edits above. */
  readonly unlike: number;
  /** Reads by their confidence: each row to `upTo` (the last to 1); without and with candidates. */
  readonly reliability: readonly ReliabilityRow[];
  readonly misreadsWithCandidates: number;
  readonly truthAmongCandidates: number;
  readonly countryRight: number;
  readonly countryUnknown: number;
  readonly countryWrong: number;
}

export interface ReliabilityRow {
  readonly upTo: number;
  readonly right: number;
  readonly wrong: number;
  readonly rightWithCandidates: number;
  readonly wrongWithCandidates: number;
}

export const CONFUSIONS_FORMAT = 1;
export const CONFUSIONS_FILE = new URL('./confusions.json', import.meta.url);

const counts = [
  'misreads', 'rareSubstitutions', 'rareAdded', 'lostInside', 'addedFirst', 'addedLast', 'addedInside', 'swapped', 'unlike',
  'misreadsWithCandidates', 'truthAmongCandidates', 'countryRight', 'countryUnknown', 'countryWrong',
] as const;

/** What is shipped beside this file. */
export const shippedConfusions: Confusions = checkConfusions(shipped);

/** @throws naming the field that is not what it should be */
export function checkConfusions(value: unknown): Confusions {
  const fields = objectAt('', value);
  if (fields.format !== CONFUSIONS_FORMAT) {
    throw new ConfusionsError('format', `must be ${CONFUSIONS_FORMAT}; learn the confusions anew with \`bomfri learn\``);
  }
  for (const name of counts) checkCount(name, fields[name]);
  for (const name of ['lostFirst', 'lostLast'] as const) {
    const lost = fields[name];
    if (!Array.isArray(lost) || lost.length !== 3) throw new ConfusionsError(name, 'must be three counts');
    lost.forEach((count, i) => checkCount(`${name}[${i}]`, count));
  }
  checkCharacterCounts('characters', fields.characters);
  checkCharacterCounts('added', fields.added);
  for (const [from, row] of Object.entries(objectAt('substitutions', fields.substitutions))) {
    checkCharacter('substitutions', from);
    checkCharacterCounts(`substitutions.${from}`, row);
  }
  checkReliability(fields.reliability);
  return value as Confusions;
}

function checkReliability(rows: unknown): void {
  if (!Array.isArray(rows) || rows.length === 0) throw new ConfusionsError('reliability', 'must be a list of rows');
  let upTo = 0;
  rows.forEach((row: unknown, i) => {
    const at = `reliability[${i}]`;
    const fields = objectAt(at, row);
    for (const name of ['right', 'wrong', 'rightWithCandidates', 'wrongWithCandidates']) {
      checkCount(`${at}.${name}`, fields[name]);
    }
    if (typeof fields.upTo !== 'number' || !(fields.upTo > upTo) || fields.upTo > 1) {
      throw new ConfusionsError(`${at}.upTo`, 'must rise from row to row, up to 1');
    }
    upTo = fields.upTo;
  });
  if (upTo !== 1) throw new ConfusionsError('reliability', 'must end with a row up to 1');
}

function objectAt(field: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ConfusionsError(field, 'must be an object');
}

function checkCount(field: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return;
  throw new ConfusionsError(field, 'must be a number from 0');
}

function checkCharacterCounts(field: string, value: unknown): void {
  for (const [character, count] of Object.entries(objectAt(field, value))) {
    checkCharacter(field, character);
    checkCount(`${field}.${character}`, count);
  }
}

function checkCharacter(field: string, text: string): void {
  if ([...text].length !== 1) throw new ConfusionsError(field, 'must name single characters');
}

/** Counts that can't be used; the message names the field. */
export class ConfusionsError extends Error {
  override name = 'ConfusionsError';
  constructor(field: string, fault: string) {
    super(`confusions${field === '' ? '' : `: ${field}`} ${fault}`);
  }
}
