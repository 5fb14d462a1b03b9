import { readdirSync, readFileSync } from 'node:fs';
import type { CameraEvent, CameraFormat } from './format.ts';
import { cameraFormats } from './formats.ts';

/** A payload made from a vendor's documented fields, and what it must be read as. */
export interface GoldenFile {
  /** Beginning with the format's name. */
  readonly name: string;
  readonly format: CameraFormat;
  readonly body: Buffer;
  readonly events: readonly Omit<CameraEvent, 'original'>[];
}

const folder = new URL('./golden/', import.meta.url);

export function goldenFiles(): GoldenFile[] {
  return readdirSync(folder).filter((name) => !name.endsWith('.events.json')).sort().map((name) => ({
    name,
    format: cameraFormats.find((format) => name.startsWith(`${format.name}.`))!,
    body: readFileSync(new URL(name, folder)),
    events: JSON.parse(readFileSync(new URL(name.replace(/\.\w+$/, '.events.json'), folder), 'utf8')),
  }));
}
