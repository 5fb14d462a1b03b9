import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** An API key as its holder has it: `bomfri_<keyId>_<secret>`. The prefix lets secret scanners find one that leaked. */
export interface Token {
  readonly keyId: string;
  /** 256 random bits, base64url. */
  readonly secret: string;
}

const TOKEN = /^bomfri_([a-z0-9]{10})_([A-Za-z0-9_-]{43})$/;
const KEY_ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const KEY_ID_LENGTH = 10;
const SECRET_BYTES = 32;

export function newToken(): Token {
  const letter = (): string => KEY_ID_LETTERS[randomInt(KEY_ID_LETTERS.length)]!;
  return {
    keyId: Array.from({ length: KEY_ID_LENGTH }, letter).join(''),
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
  };
}

export function tokenText({ keyId, secret }: Token): string {
  return `bomfri_${keyId}_${secret}`;
}

/** Null when the text is no token. */
export function parseToken(text: string): Token | null {
  const match = TOKEN.exec(text);
  return match === null ? null : { keyId: match[1]!, secret: match[2]! };
}

/**
 * What is kept of a secret. A plain SHA-256 is right here: slow hashes make guessing a person's password dear, but
 * nobody guesses 256 random bits, and every request would pay for it.
 */
export function secretHash(secret: string): string {
  return hash('sha256', secret);
}

/** Takes as long whether or not, and wherever, the two differ. */
export function isSecretOf(secret: string, expectedHash: string): boolean {
  return timingSafeEqual(hash('sha256', secret, 'buffer'), Buffer.from(expectedHash, 'hex'));
}
