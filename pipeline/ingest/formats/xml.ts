import { XMLParser } from 'fast-xml-parser';
import { FormatError } from './format.ts';

/** Names without their namespaces, which differ between firmwares; all values stay texts; entities are never expanded. */
const parser = new XMLParser({
  removeNSPrefix: true, ignoreAttributes: true, ignoreDeclaration: true, ignorePiTags: true, parseTagValue: false,
  processEntities: false,
});

/** The document as nested objects of texts, one member for its root. @throws {FormatError} it is no XML that cameras send */
export function parseXml(text: string): unknown {
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
  return text.replace(/>[^<]{2000,}</g, '><');
}
