import { XMLParser } from 'fast-xml-parser';
import { FormatError } from './format.ts';

/**
 * Names without their namespaces, which differ between firmwares; all values stay texts; entities are never expanded.
 */
const parser = new XMLParser({
  removeNSPrefix: true, ignoreAttributes: true, ignoreDeclaration: true, ignorePiTags: true, parseTagValue: false,
  processEntities: false,
});

/** Without pictures an event is a few kB; a parser that is given megabytes of elements holds up everybody else. */
const LONGEST_DOCUMENT = 128 * 1024;

/**
 * The document as nested objects of texts, one member for its root; pictures must be left out of it before.
 * @throws {FormatError} it is no XML that cameras send
 */
export function parseXml(text: string): unknown {
  if (text.length > LONGEST_DOCUMENT) throw new FormatError('it is too long');
  // Entities are declared there; no camera needs one.
  if (/<!DOCTYPE/i.test(text)) throw new FormatError('an XML document type is not accepted');
  try {
    return parser.parse(text);
  } catch {
    throw new FormatError('it is no valid XML');
  }
}

/** The document as it came, without pictures written into it. */
export function xmlWithoutPictures(text: string): string {
  return text.replace(/>[^<>]{2000,}</g, '><');
}
