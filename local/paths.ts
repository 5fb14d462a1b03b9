import { join, resolve } from 'node:path';
import { readConfig } from '../pipeline/service/config.ts';

/** The folder that package.json stands in. */
export const projectRoot = resolve(import.meta.dirname, '..');

/** Downloads of every stack of this checkout: what is here is whole, for it is renamed into place at the end. */
export const cacheDir = join(projectRoot, '.bomfri', 'cache');

export interface StackPaths {
  /** What the parts keep: topics, subjects, tables. */
  readonly data: string;
  /** One log file a part or service. */
  readonly logs: string;
  /** Which process runs each part or service. */
  readonly run: string;
}

/** Folders of the stack that the environment names; a relative BOMFRI_DATA_DIR starts at the project's folder. */
export function stackPaths(): StackPaths {
  const dir = resolve(projectRoot, readConfig().dataDir);
  return { data: join(dir, 'data'), logs: join(dir, 'logs'), run: join(dir, 'run') };
}
