import { topics } from '../../topics/topics.ts';
import { runApply } from '../configuration/apply-command.ts';
import { changeTable, type ChangedTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { readOperatorsFile, type OperatorEntry } from './operators-file.ts';
import { planOperators } from './seller-history.ts';

export interface ApplyOperators {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly operators: readonly OperatorEntry[];
  /** UTC ms: when changed details begin. */
  readonly now?: number;
}

/** Makes the table hold these operators. Those that are not named stay as they are. */
export function applyOperators({ log, ids, operators, now = Date.now() }: ApplyOperators): Promise<ChangedTable> {
  return changeTable({
    log,
    topic: topics.operators.name,
    transactionalId: 'bomfri-operators-apply',
    codec: openCodec('Operator', ids),
    now,
    plan: (current) => planOperators(current, operators, now),
    // Whoever makes documents follows the table, and goes by a document's own time.
    announce: () => [],
  });
}

/** `bomfri operators apply FILE` */
export async function apply(file: string): Promise<void> {
  const operators = await readOperatorsFile(file);
  await runApply('operators', (log, ids) => applyOperators({ log, ids, operators }));
}
