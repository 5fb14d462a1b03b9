import { argon2 as argon2Callback, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { BusyError } from './refused.ts';

export interface Passwords {
  /** @throws {BusyError} */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password. Null for the hash: there is none, which takes as long to find out.
   * @throws {BusyError}
   */
  isRight(password: string, hash: string | null): Promise<boolean>;
}

/** Passwords as argon2id hashes, written as PHC strings. */
export const argon2Passwords: Passwords = { hash: hashPassword, isRight: isPassword };

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await hashWith(password, salt, COST);
  return phcString(COST, salt, hash);
}

async function isPassword(password: string, phc: string | null): Promise<boolean> {
  const parts = PHC.exec(phc ?? NOBODYS);
  if (parts === null) throw new Error('a password hash is no argon2id PHC string');
  const [, memory, passes, parallelism, salt, hash] = parts;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(hash!, 'base64');
  const actual = await hashWith(password, Buffer.from(salt!, 'base64'), cost);
  return actual.length === expected.length && timingSafeEqual(actual, expected) && phc !== null;
}

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The least that OWASP's Password Storage Cheat Sheet asks of argon2id. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A hash takes some 40 ms of a thread and 19 MiB; who comes later would wait for seconds. */
const WAITING_MAX = 200;

let waiting = 0;
const argon2 = promisify(argon2Callback);

async function hashWith(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  if (waiting >= WAITING_MAX) throw new BusyError(`more than ${WAITING_MAX} passwords wait to be hashed`);
  waiting += 1;
  try {
    // One way of writing a letter with an accent, whatever the keyboard sends.
    return await argon2('argon2id', {
      message: password.normalize('NFKC'),
      nonce: salt,
      tagLength: HASH_BYTES,
      ...cost,
    });
  } finally {
    waiting -= 1;
  }
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const NOBODYS = phcString(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

function phcString({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** Without padding, as PHC strings have it. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
