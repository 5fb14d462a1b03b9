import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import pretty from 'pino-pretty';

/**
 * What may hold a plate, a person or a secret, wherever in a logged object: it never leaves the process in a log line.
 */
const PRIVATE_KEYS = [
  'plate', 'candidates', 'email', 'phone', 'password', 'passwordHash', 'cardToken', 'refreshToken', 'authorization',
];

/** pino's wildcards stand for one level each; nothing that is logged is nested deeper. */
const DEEPEST_LEVEL = 5;

/**
 * The logger of a process: a line of JSON each, or readable lines on a terminal. Plates, persons
 * and secrets are left out.
 */
export function openLogger(name: string, level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino({ name, level, redact: { paths: privatePaths(), censor: '[private]' } }, destination);
}

function standardOutput(): DestinationStream {
  return process.stdout.isTTY ? pretty({ sync: true, ignore: 'pid,hostname' }) : pino.destination({ sync: true });
}

function privatePaths(): string[] {
  const paths: string[] = [];
  for (let level = 0, prefix = ''; level <= DEEPEST_LEVEL; level++, prefix += '*.') {
    for (const key of PRIVATE_KEYS) paths.push(prefix + key);
  }
  return paths;
}
