import { StandbyError, type AccountWriter } from './account-writer.ts';
import type { Command } from './commands.ts';
import { newDirectory, pendingOver } from './directory.ts';
import type { Passwords } from './passwords.ts';

/** Commands one after the other over a directory in memory, at once. */
export function newMemoryWriter(isActive: () => boolean = () => true): AccountWriter {
  const directory = newDirectory();
  return {
    directory,
    get isActive() {
      return isActive();
    },
    async run<T>(command: Command<T>): Promise<T> {
      if (!isActive()) throw new StandbyError();
      const pending = pendingOver(directory);
      const { change, result } = command(pending, Date.now());
      for (const [accountId, account] of change.accounts ?? []) directory.putAccount(accountId, account);
      for (const [accountId, details] of change.details ?? []) directory.putDetails(accountId, details ?? undefined);
      return result;
    },
    stop: async () => {},
    failed: new Promise(() => {}),
  };
}

/** Quick, and good for nothing else. */
export const quickPasswords: Passwords = {
  hash: async (password) => `hash of ${password}`,
  isRight: async (password, hash) => hash === `hash of ${password}`,
};
