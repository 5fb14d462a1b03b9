import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { FormatError } from './format.ts';

/** A part of a form as far as a format may want to read it. */
export interface Part {
  /** The field's name, or the file's. */
  readonly name: string;
  readonly bytes: Buffer;
}

const MAX_PARTS = 50;
/** What a camera tells in words is a few kB; the rest are pictures. */
const MAX_PART_BYTES = 1024 * 1024;

/**
 * The parts of a multipart form without its pictures; another body is one part.
 * @throws {FormatError} it is broken off, or no form at all
 */
export function partsOf(body: Buffer, contentType: string): Promise<Part[]> {
  if (!/^multipart\//i.test(contentType)) return Promise.resolve([{ name: '', bytes: body }]);
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new FormatError('the multipart form is broken, or its boundary is missing'));
    const parts: Part[] = [];
    let form: BusboyInstance;
    try {
      form = new Busboy({
        // multipart/mixed and others are built alike.
        headers: { 'content-type': contentType.replace(/^multipart\/[^;]*/i, 'multipart/form-data') },
        limits: { parts: MAX_PARTS, fieldSize: MAX_PART_BYTES, fileSize: MAX_PART_BYTES, headerPairs: 50 },
      });
    } catch {
      refuse();
      return;
    }
    form.on('field', (name, value) => parts.push({ name, bytes: Buffer.from(value) }));
    form.on('file', (name, file, fileName, _encoding, type) => {
      const chunks: Buffer[] = [];
      const isPicture = /^image\//i.test(type);
      file.on('data', (chunk: Buffer) => isPicture || chunks.push(chunk));
      file.on('end', () => isPicture || parts.push({ name: fileName || name, bytes: Buffer.concat(chunks) }));
      file.on('error', refuse);
    });
    form.on('finish', () => resolve(parts));
    form.on('error', refuse);
    form.end(body);
  });
}
