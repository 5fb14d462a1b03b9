import { runApply } from '../configuration/apply-command.ts';
import { readAccountsFile } from './accounts-file.ts';
import { applyAccounts } from './apply.ts';

/** `bomfri accounts apply FILE` */
export async function apply(file: string): Promise<void> {
  const accounts = await readAccountsFile(file);
  await runApply('accounts', (log, ids) => applyAccounts({ log, ids, accounts, issuedBy: 'cli' }));
}
