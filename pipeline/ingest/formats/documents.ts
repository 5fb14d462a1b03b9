import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { FormatError } from './format.ts';

const MAX_PARTS = 50;
/** What a camera tells in words is a few kB; the rest are pictures. */
const MAX_PART_BYTES = 1024 * 1024;

/**
 * The documents in a body: those parts of a form that begin as JSON or XML do, and no picture does; a body that is no
 * form is one. Cameras name their parts and types in any way, so neither is asked.
 * @throws {FormatError} the form is broken off, or holds no document
 */
export async function documentsIn(body: Buffer, contentType: string): Promise<string[]> {
  if (!/^multipart\//i.test(contentType)) return [textOf(body)];
  const documents = (await partsOf(body, contentType)).filter(isDocument).map(textOf);
  if (documents.length === 0) throw new FormatError('the form holds neither JSON nor XML');
  return documents;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

function isDocument(part: Buffer): boolean {
  return /^\ufeff?\s*[{[<]/.test(part.toString('utf8', 0, 100));
}

function partsOf(body: Buffer, contentType: string): Promise<Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer[]>();
  const refuse = (): void => reject(new FormatError('the multipart form is broken, or its boundary is missing'));
  const parts: Buffer[] = [];
  let form: BusboyInstance;
  try {
    form = new Busboy({
      // multipart/mixed and others are built alike.
      headers: { 'content-type': contentType.replace(/^multipart\/[^;]*/i, 'multipart/form-data') },
      limits: { parts: MAX_PARTS, fieldSize: MAX_PART_BYTES, fileSize: MAX_PART_BYTES, headerPairs: 50 },
    });
  } catch {
    refuse();
    return promise;
  }
  form.on('field', (_name, value) => parts.push(Buffer.from(value)));
  form.on('file', (_name, file) => {
    const chunks: Buffer[] = [];
    file.on('data', (chunk: Buffer) => chunks.push(chunk));
    file.on('end', () => parts.push(Buffer.concat(chunks)));
    file.on('error', refuse);
  });
  form.on('finish', () => resolve(parts));
  form.on('error', refuse);
  form.end(body);
  return promise;
}
