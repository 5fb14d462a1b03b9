import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../service/config.ts';
import { KEY_BYTES } from './secrets.ts';

/** The key that signing secrets are sealed with: BOMFRI_WEBHOOK_KEY, else that of the data folder; null: none yet. */
export function webhookKey(config: Pick<Config, 'dataDir' | 'webhookKey'>): Buffer | null {
  if (config.webhookKey !== null) return config.webhookKey;
  try {
    return Buffer.from(readFileSync(keyFile(config), 'utf8').trim(), 'base64');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The same, made and put into the data folder if there is none. */
export function webhookKeyOrNew(config: Pick<Config, 'dataDir' | 'webhookKey'>): Buffer {
  const present = webhookKey(config);
  if (present !== null) return present;
  const key = randomBytes(KEY_BYTES);
  const file = keyFile(config);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

function keyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(resolve(import.meta.dirname, '..', '..', dataDir), 'webhook-key');
}
