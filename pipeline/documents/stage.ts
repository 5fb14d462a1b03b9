import { partitionCounts, topics } from '../../topics/topics.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Sale } from '../records/records.ts';
import { digestOf, documentOf, KNOWN_MS, saleFault, SERIES } from './rules.ts';
import { openDocumentsState, type DocumentsState } from './state.ts';

/**
 * parking.sales -> parking.documents: gives each sale its number. All sales of an operator are in one partition, and
 * the number is taken in the transaction that writes the document: so no number is there twice, and none is missing.
 */
export function documentsStage({ ids }: { readonly ids: SchemaIds }): Stage {
  const saleCodec = openCodec('Sale', ids);
  const documentCodec = openCodec('SalesDocument', ids);

  return {
    name: 'documents',
    inputs: [topics.sales.name],
    changelog: topics.documentsState.name,
    outputs: [topics.documents.name],
    openTask(task, taskState): StageTask {
      const state = openDocumentsState(taskState);
      return {
        apply({ record }, out) {
          if (record.value === null) throw new RejectedError('empty', 'a record without a value');
          const sale = saleCodec.decode(record.value);
          if (partitionOf(sale.operatorId, partitionCounts.operator) !== task) {
            throw new RejectedError(
              'wrong_partition',
              `operator '${sale.operatorId}' does not belong to partition ${task}`,
            );
          }
          const fault = saleFault(sale);
          if (fault !== null) throw new RejectedError('bad_sale', fault);
          if (isNumbered(sale, state)) return;
          const originalNumber = originalNumberOf(sale, state);
          const number = state.takeNumber(sale.operatorId, SERIES);
          const at = record.timestamp;
          state.numbered.put(sale.saleId, { operatorId: sale.operatorId, number, digest: digestOf(sale), at });
          const value = documentCodec.encode(documentOf(sale, number, originalNumber));
          out.add(topics.documents.name, task, { key: Buffer.from(sale.operatorId), value, timestamp: at });
          for (const saleId of state.numberedBefore(at - KNOWN_MS)) state.numbered.delete(saleId);
        },
      };
    },
  };
}

/** A sale that comes again has its document. */
function isNumbered(sale: Sale, { numbered }: DocumentsState): boolean {
  const known = numbered.get(sale.saleId);
  if (known === undefined) return false;
  if (known.digest !== digestOf(sale)) {
    const what = `sale '${sale.saleId}' has document ${known.number}`;
    throw new RejectedError('changed_sale', `${what}, which never changes: correct it by a credit note`);
  }
  return true;
}

function originalNumberOf({ kind, operatorId, originalSaleId }: Sale, { numbered }: DocumentsState): number {
  if (kind !== 'credit_note') return 0;
  const original = numbered.get(originalSaleId);
  if (original === undefined || original.operatorId !== operatorId) {
    const what = `sale '${originalSaleId}', which is to be credited,`;
    throw new RejectedError('unknown_original', `${what} has no document of that operator`);
  }
  return original.number;
}
