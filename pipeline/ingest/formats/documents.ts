import { FormatError } from './format.ts';

/** A picture or two and some words; more parts than this is no camera's form. */
const MAX_PARTS = 50;

/**
 * The documents in a body: those parts of a form that begin as JSON or XML do, and no picture does; a body that is no
 * form is one. Cameras name their parts and types in any way, or not at all, so neither is asked.
 * @throws {FormatError} the form is broken off, or holds no document
 */
export function documentsIn(body: Buffer, contentType: string): string[] {
  if (!/^multipart\//i.test(contentType)) return [textOf(body)];
  const documents = partsOf(body, contentType).filter(isDocument).map(textOf);
  if (documents.length === 0) throw new FormatError('the form holds neither JSON nor XML');
  return documents;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

function isDocument(part: Buffer): boolean {
  return /^\ufeff?\s*[{[<]/.test(part.toString('utf8', 0, 100));
}

/**
 * What stands in each part of a form (RFC 2046), without the part's own headers. The body is here as a
 * whole, so it is cut where its boundary stands: streaming parsers pass over parts without a name, and can
 * wait for ever for a broken end.
 */
function partsOf(body: Buffer, contentType: string): Buffer[] {
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s"]+))/i.exec(contentType);
  if (match === null) throw new FormatError('the Content-Type of the form has no boundary');
  const delimiter = `--${match[1] ?? match[2]}`;
  const parts: Buffer[] = [];
  let at = body.indexOf(delimiter);
  while (at !== -1 && parts.length <= MAX_PARTS) {
    at += delimiter.length;
    if (body.toString('latin1', at, at + 2) === '--') return parts;
    const next = body.indexOf(`\n${delimiter}`, at);
    if (next !== -1) parts.push(contentOf(body.subarray(at, next)));
    at = next === -1 ? -1 : next + 1;
  }
  throw new FormatError(at === -1 ? 'the form is broken off' : 'the form has too many parts');
}

/** Behind the empty line that ends the headers, up to the line break that belongs to the next boundary. */
function contentOf(part: Buffer): Buffer {
  const ends = ['\r\n\r\n', '\n\n']
    .map((end) => ({ at: part.indexOf(end), length: end.length }))
    .filter(({ at }) => at !== -1);
  if (ends.length === 0) return Buffer.alloc(0);
  const first = ends.reduce((one, other) => (other.at < one.at ? other : one));
  const end = part.at(-1) === 0x0d ? part.length - 1 : part.length;
  return part.subarray(first.at + first.length, Math.max(end, first.at + first.length));
}
