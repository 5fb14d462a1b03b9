import type { Logger } from '../logger.ts';

/** Thousands of runs have nothing to say; the schedule's trace tells what happened. */
export const quietLogger: Logger = { info() {}, warn() {}, error() {} };
