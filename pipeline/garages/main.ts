import { runApply } from '../configuration/apply-command.ts';
import { applyGarages } from './apply.ts';
import { readGaragesFile } from './garages-file.ts';

/** `bomfri garages apply FILE` */
export async function apply(file: string): Promise<void> {
  const garages = await readGaragesFile(file);
  await runApply('garages', (log, ids) => applyGarages({ log, ids, garages, issuedBy: 'cli' }));
}
