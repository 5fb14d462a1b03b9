import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../service/config.ts';
import { newToken, parseToken, tokenText, type Token } from './token.ts';

/**
 * The key that the programs of this machine send: BOMFRI_API_KEY, else what `npx bomfri keys local`
 * put into the data folder.
 * @throws when there is none, saying how to get one
 */
export function ownKey(config: Config): string {
  const text = config.apiKey ?? readKeyFile(config);
  if (text === null) {
    throw new Error('there is no API key to send: set BOMFRI_API_KEY, or run `npx bomfri keys local` on this stack');
  }
  return text;
}

/** The same as a token, made and put into the data folder if there is none. @throws what is there is no key */
export function ownTokenOrNew(config: Config): { readonly token: Token; readonly from: string } {
  const file = ownKeyFile(config);
  const from = config.apiKey === null ? file : 'BOMFRI_API_KEY';
  const text = config.apiKey ?? readKeyFile(config);
  if (text === null) return { token: writeNewKey(file), from };
  const token = parseToken(text);
  if (token === null) {
    throw new Error(`${from} holds no API key: a key is bomfri_, 10 letters and digits, _, and 43 characters more`);
  }
  return { token, from };
}

export function ownKeyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(resolve(import.meta.dirname, '..', '..', dataDir), 'api-key');
}

function writeNewKey(file: string): Token {
  const token = newToken();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${tokenText(token)}\n`, { mode: 0o600 });
  return token;
}

function readKeyFile(config: Config): string | null {
  try {
    return readFileSync(ownKeyFile(config), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
