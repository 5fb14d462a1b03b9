import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../records/avro-state.ts';
import { dueOf, type KnownLine } from './rules.ts';

export interface ChargesState {
  readonly lines: Table<KnownLine>;
  lastClosedDay(): string | undefined;
  setLastClosedDay(day: string): void;
  /** Accounts with lines that are not settled, sorted. */
  dueAccounts(): string[];
  /** Lines of an account that are not settled. */
  dueLines(accountId: string): KnownLine[];
  /** Settled lines of visit days before this one. */
  settledBefore(visitDay: string): string[];
}

/** Opens the tables; what is due and what is settled is derived from them, so that a close touches nothing else. */
export function openChargesState(state: TaskState): ChargesState {
  const due = new Map<string, Set<string>>();
  const settled = new Map<string, Set<string>>();
  const lines = state.table(1, lineCodec, (lineId, before, after) => {
    if (before !== undefined) {
      if (isSettled(before)) removeFrom(settled, before.visitDay, lineId);
      else removeFrom(due, before.accountId, lineId);
    }
    if (after !== undefined) {
      if (isSettled(after)) addTo(settled, after.visitDay, lineId);
      else addTo(due, after.accountId, lineId);
    }
  });
  const days = state.table(2, dayCodec);
  return {
    lines,
    lastClosedDay: () => days.get(LAST_CLOSED),
    setLastClosedDay: (day) => days.put(LAST_CLOSED, day),
    dueAccounts: () => [...due.keys()].sort(),
    dueLines: (accountId) => [...due.get(accountId)!].map((lineId) => lines.get(lineId)!),
    settledBefore: (visitDay) => [...settled].flatMap(([day, lineIds]) => (day < visitDay ? [...lineIds] : [])),
  };
}

const LAST_CLOSED = 'last closed';

function isSettled(line: KnownLine): boolean {
  return dueOf(line).length === 0;
}

function addTo(index: Map<string, Set<string>>, key: string, lineId: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(lineId));
}

function removeFrom(index: Map<string, Set<string>>, key: string, lineId: string): void {
  const lineIds = index.get(key)!;
  lineIds.delete(lineId);
  if (lineIds.size === 0) index.delete(key);
}

const lineCodec = avroStateCodec<KnownLine>(1, {
  type: 'record', name: 'KnownLine', fields: [
    { name: 'lineId', type: 'string' }, { name: 'revision', type: 'int' }, { name: 'live', type: 'boolean' },
    { name: 'accountId', type: 'string' }, { name: 'operatorId', type: 'string' }, { name: 'visitId', type: 'string' },
    { name: 'garageId', type: 'string' }, { name: 'visitDay', type: 'string' }, { name: 'currency', type: 'string' },
    { name: 'grossMinor', type: 'long' }, { name: 'vatMinor', type: 'long' },
    { name: 'charged', type: { type: 'array', items: {
      type: 'record', name: 'Amount', fields: [
        { name: 'currency', type: 'string' }, { name: 'grossMinor', type: 'long' }, { name: 'vatMinor', type: 'long' },
      ],
    } } },
  ],
});
const dayCodec = avroStateCodec<string>(1, 'string');
