import { topics } from '../../topics/topics.ts';
import type { EngineClock } from '../engine/clock.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import type { Codec } from '../records/codec.ts';
import type { Account, AccountDetails } from '../records/records.ts';
import { newDirectory, type Directory } from './directory.ts';

export const ACCOUNTS = { topic: topics.accounts.name, partition: 0 };
export const DETAILS = { topic: topics.accountDetails.name, partition: 0 };

/** Offsets of the two tables up to which they are meant: exclusive. */
export interface DirectoryVersion {
  readonly accounts: number;
  readonly details: number;
}

/** The directory as the log has it, followed. */
export interface FollowedDirectory {
  readonly directory: Directory;
  /** Where what is committed ends now. */
  end(): Promise<DirectoryVersion>;
  /** Resolves once everything before those offsets stands in the directory. */
  reached(version: DirectoryVersion): Promise<void>;
  close(): Promise<void>;
}

export interface FollowOptions {
  readonly log: Log;
  readonly accountCodec: Codec<Account>;
  readonly detailsCodec: Codec<AccountDetails>;
  readonly logger: Logger;
  readonly clock: EngineClock;
}

/** Reads both tables to their end, then follows them. */
export async function followDirectory(
  { log, accountCodec, detailsCodec, logger, clock }: FollowOptions,
): Promise<FollowedDirectory> {
  const directory = newDirectory();
  const accounts = await openGlobalTable({ log, topic: ACCOUNTS.topic, codec: accountCodec, logger, clock });
  accounts.onChange((accountId, account) => directory.putAccount(accountId, account));
  for (const [accountId, account] of accounts.entries()) directory.putAccount(accountId, account);
  const details = await openGlobalTable({ log, topic: DETAILS.topic, codec: detailsCodec, logger, clock });
  details.onChange((accountId, newest) => directory.putDetails(accountId, newest));
  for (const [accountId, newest] of details.entries()) directory.putDetails(accountId, newest);
  return {
    directory,
    async end() {
      const [accountsEnd, detailsEnd] = await Promise.all([log.bounds(ACCOUNTS), log.bounds(DETAILS)]);
      return { accounts: accountsEnd.stable, details: detailsEnd.stable };
    },
    async reached(version) {
      await Promise.all([accounts.reached(version.accounts), details.reached(version.details)]);
    },
    async close() {
      await Promise.all([accounts.close(), details.close()]);
    },
  };
}
