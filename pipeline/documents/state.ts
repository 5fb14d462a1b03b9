import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { Numbered } from './rules.ts';

export interface DocumentsState {
  /** By sale id. */
  readonly numbered: Table<Numbered>;
  /** The number of the operator's next document in the series; taken when it is answered. */
  takeNumber(operatorId: string, series: string): number;
  /** Sales whose documents were numbered before this time (UTC ms). */
  numberedBefore(at: number): string[];
}

/** Opens the tables; which documents are due to be forgotten is derived from them. */
export function openDocumentsState(state: TaskState): DocumentsState {
  const last = state.table(1, lastCodec);
  const byDay = new Map<number, Set<string>>();
  const numbered = state.table(2, numberedCodec, (saleId, before, after) => {
    if (before !== undefined) {
      const ids = byDay.get(dayOf(before))!;
      ids.delete(saleId);
      if (ids.size === 0) byDay.delete(dayOf(before));
    }
    if (after !== undefined) byDay.set(dayOf(after), (byDay.get(dayOf(after)) ?? new Set()).add(saleId));
  });
  return {
    numbered,
    takeNumber(operatorId, series) {
      const key = JSON.stringify([operatorId, series]);
      const number = (last.get(key) ?? 0) + 1;
      last.put(key, number);
      return number;
    },
    numberedBefore: (at) => [...byDay].flatMap(([day, ids]) => ((day + 1) * DAY_MS <= at ? [...ids] : [])),
  };
}

const DAY_MS = 86_400_000;

function dayOf({ at }: Numbered): number {
  return Math.floor(at / DAY_MS);
}

const lastCodec = avroStateCodec<number>(1, 'long');
const numberedCodec = {
  ...avroStateCodec<Numbered>(1, {
    type: 'record', name: 'Numbered', fields: [
      { name: 'operatorId', type: 'string' }, { name: 'number', type: 'long' }, { name: 'digest', type: 'string' },
      { name: 'at', type: 'long' },
    ],
  }),
  // Hardly any is looked at again.
  rests: () => true,
};
