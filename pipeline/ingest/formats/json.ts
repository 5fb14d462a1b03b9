import { FormatError } from './format.ts';

/** @throws {FormatError} the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A parser's message may quote the body.
    throw new FormatError('it is no valid JSON');
  }
}

/** What stands at a path of names; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/** The text there; numbers are told as texts by some cameras and as numbers by others. Empty when there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  if (typeof found === 'string') return found.trim();
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
}

/** The number there, also when it is written as a text; null when there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const text = textAt(value, ...path);
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : null;
}

/** The list there; one that is left out, or is one item alone, is a list too. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  if (Array.isArray(found)) return found;
  return found === undefined || found === null || found === '' ? [] : [found];
}

/** Longer texts than this are pictures, or no part of what was seen. */
const LONGEST_TEXT = 2_000;

/** What is left of an event is a few kB. */
const LONGEST_DOCUMENT = 256 * 1024;

/** The value as JSON without pictures. @throws {FormatError} it is nested too deeply, or too long, to be kept */
export function withoutPictures(value: unknown): string {
  const text = tryToWrite(value);
  if (text.length > LONGEST_DOCUMENT) throw new FormatError('an event is too long even without its pictures');
  return text;
}

function tryToWrite(value: unknown): string {
  try {
    return JSON.stringify(value, (_name, part) => (typeof part === 'string' && part.length > LONGEST_TEXT ? '' : part));
  } catch {
    throw new FormatError('it is nested too deeply');
  }
}
