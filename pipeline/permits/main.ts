import { runApply } from '../configuration/apply-command.ts';
import { applyPermits } from './apply.ts';
import { readPermitsFile } from './permits-file.ts';

/** `bomfri permits apply FILE` */
export async function apply(file: string): Promise<void> {
  const permits = await readPermitsFile(file);
  await runApply('permits', (log, ids) => applyPermits({ log, ids, permits, issuedBy: 'cli' }));
}
