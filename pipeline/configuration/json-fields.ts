import { readFile } from 'node:fs/promises';
import { parseInstant } from '../ingest/time.ts';

/** A configuration file holds something that it may not; the message names the place and what may stand there. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/**
 * The fields of one JSON object, read with checks. A field that is absent or null takes its fallback, if it has one.
 */
export interface Fields {
  /** Where the object stands, for messages: "garage 'p4', lanes[0]". */
  readonly where: string;
  has(name: string): boolean;
  text(name: string, fallback?: string): string;
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T;
  /** A whole number of at least `least` and at most `most`. */
  wholeNumber(name: string, range: { readonly least: number; readonly most: number }, fallback?: number): number;
  flag(name: string, fallback?: boolean): boolean;
  /** An RFC 3339 time with its offset, as epoch ms. */
  instant(name: string, fallback?: number): number;
  /** An object whose values are all texts; an absent one is empty. */
  texts(name: string): ReadonlyMap<string, string>;
  list<T>(name: string, readItem: (item: unknown, where: string) => T, fallback?: readonly T[]): readonly T[];
  object(name: string): Fields | null;
  /**
   * To be called last, where a misspelt name would change what somebody pays.
   * @throws {ConfigurationError} the object has a member that was not asked for
   */
  refuseOthers(): void;
  /** An error about a field, in the words of all others. */
  refuse(name: string, wanted: string): ConfigurationError;
}

/**
 * The items of a JSON file that holds an array.
 * @throws {ConfigurationError} the file can't be read, or is no JSON array
 */
export async function readJsonArray(path: string): Promise<readonly unknown[]> {
  let items: unknown;
  try {
    items = JSON.parse(utf8.decode(await readFile(path)));
  } catch (error) {
    // A parser's message may quote the file, and a plate with it.
    const reason = error instanceof SyntaxError ? 'it is no valid JSON'
      : error instanceof TypeError ? 'it is not written in UTF-8'
      : (error as Error).message;
    throw new ConfigurationError(`${path} can't be read: ${reason}`);
  }
  if (!Array.isArray(items)) throw new ConfigurationError(`${path} must hold a JSON array`);
  return items;
}

/** Without the byte order mark that some editors begin with; other bytes than UTF-8 would be kept as wrong signs. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws {ConfigurationError} the value is no JSON object */
export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError(`${where} must be a JSON object`);
  }
  const object = value as Readonly<Record<string, unknown>>;
  const asked = new Set<string>();
  const present = (name: string): boolean => {
    asked.add(name);
    return object[name] != null;
  };
  const refuse = (name: string, wanted: string): ConfigurationError =>
    new ConfigurationError(`${where}: ${name}${object[name] == null ? ' is missing: it' : ''} must be ${wanted}`);
  const field = <T>(
    name: string, wanted: string, fallback: T | undefined, read: (raw: unknown) => T | undefined,
  ): T => {
    const result = present(name) ? read(object[name]) : fallback;
    if (result === undefined) throw refuse(name, wanted);
    return result;
  };
  return {
    where,
    refuse,
    has: present,
    text: (name, fallback) =>
      field(name, 'a text that is not empty', fallback, (raw) => 
        typeof raw === 'string' && (raw !== '' || fallback === '') ? raw : undefined),
    oneOf: (name, allowed, fallback) =>
      field(name, orList(allowed), fallback, (raw) => allowed.find((one) => one === raw)),
    wholeNumber: (name, { least, most }, fallback) =>
      field(name, `a whole number from ${least} to ${most}`, fallback, (raw) =>
        typeof raw === 'number' && Number.isInteger(raw) && raw >= least && raw <= most ? raw : undefined),
    flag: (name, fallback) =>
      field(name, 'true or false', fallback, (raw) => (typeof raw === 'boolean' ? raw : undefined)),
    instant: (name, fallback) =>
      field(name, 'a time such as 2026-01-01T00:00:00Z', fallback, (raw) =>
        typeof raw === 'string' ? (parseInstant(raw) ?? undefined) : undefined),
    texts: (name) =>
      field(name, 'an object of texts', NO_TEXTS, (raw) => {
        if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
        const entries = Object.entries(raw);
        return entries.every(([, text]) => typeof text === 'string') ? new Map(entries) : undefined;
      }),
    list: (name, readItem, fallback) =>
      field(name, 'a list', fallback, (raw) =>
        Array.isArray(raw) ? raw.map((item, index) => readItem(item, `${where}, ${name}[${index}]`)) : undefined),
    object: (name) => (present(name) ? fieldsOf(object[name], `${where}, ${name}`) : null),
    refuseOthers() {
      if (Object.keys(object).every((name) => asked.has(name))) return;
      // What is not known is not quoted: it may be anything.
      throw new ConfigurationError(`${where} holds something else than ${[...asked].join(', ')}: is a name misspelt?`);
    },
  };
}

/** The first of the keys that stands twice, if any does. */
export function firstDuplicate(keys: Iterable<string>): string | undefined {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}

const NO_TEXTS: ReadonlyMap<string, string> = new Map();

function orList(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
