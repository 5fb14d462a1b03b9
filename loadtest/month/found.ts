import { readFileSync } from 'node:fs';
import { DEAD_LETTER_TOPIC } from '../../pipeline/engine/dead-letters.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { dayOf } from '../../pipeline/pricing/calendar.ts';
import type { SchemaIds } from '../../pipeline/records/codec.ts';
import type { Allocation, Charge, LedgerEntry, SalesDocument } from '../../pipeline/records/records.ts';
import { ZONE } from './month-garages.ts';
import { stayOfRead } from './month-reads.ts';
import { allRecords, followTopic, newestOf } from './topic-records.ts';

/** What came of a month, as rows in the form of the recount's tables, by their names. */
export type Found = Readonly<Record<
  | 'dispositions' | 'charges' | 'lines' | 'attempts' | 'ledger'
  | 'invoices' | 'documents' | 'numbers' | 'blocks' | 'taken',
  readonly string[]
>>;

export interface FoundOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** What the gateway says that it did. */
  readonly bookFile: string;
}

export async function readFound({ log, ids, bookFile }: FoundOptions): Promise<Found> {
  const stayOf = await staysOfVisits(log, ids);
  const charges = newestOf(await allRecords(log, ids, 'charges', 'Charge'), ({ chargeId }) => chargeId);
  const ledger = newestOf(await allRecords(log, ids, 'ledger', 'LedgerEntry'), ({ entryId }) => entryId);
  const documents = newestOf(await allRecords(log, ids, 'documents', 'SalesDocument'), ({ documentId }) => documentId);
  return {
    dispositions: await dispositionRows(log, ids, stayOf),
    charges: charges.map(({ accountId, billingDay, status, grossMinor, vatMinor, attempts, allocations }) =>
      row(accountId, billingDay, status, grossMinor, vatMinor, attempts, sharesOf(allocations))),
    lines: charges.flatMap(({ accountId, billingDay, lines }) =>
      lines.map(({ visitDay, visitId, grossMinor, vatMinor }) =>
        row(accountId, billingDay, visitDay, stayOf(visitId), grossMinor, vatMinor))),
    attempts: await attemptRows(log, ids, charges),
    ledger: ledgerRows(ledger),
    invoices: invoiceRows(documents, ledger),
    documents: documents.map(({ kind, operatorId, accountId, issuedDay, grossMinor, vatMinor }) =>
      row(kind, operatorId, accountId, issuedDay, grossMinor, vatMinor)),
    numbers: documents.map(({ operatorId, number }) => row(operatorId, number)),
    blocks: (await allRecords(log, ids, 'accountsControl', 'Control')).map(({ subject, type, issuedAt }) =>
      row(subject, type, dayOf(issuedAt, ZONE))),
    taken: takenRows(bookFile),
  };
}

/** What was set aside, by stage and reason. */
export async function deadLettersOf(log: Log): Promise<string[]> {
  const letters = await followTopic(log, DEAD_LETTER_TOPIC)();
  return letters.map(({ headers }) =>
    Object.entries(headers ?? {}).map(([name, value]) => `${name}=${String(value)}`).join(' '));
}

function row(...cells: readonly (string | number)[]): string {
  return cells.join('\t');
}

/** Each operator's that is not nothing. */
function sharesOf(allocations: readonly Allocation[]): string {
  return allocations.filter(({ grossMinor, vatMinor }) => grossMinor !== 0 || vatMinor !== 0)
    .map(({ operatorId, grossMinor, vatMinor }) => `${operatorId} ${grossMinor} ${vatMinor}`).join(', ');
}

/** By the read that the visit began with. */
async function staysOfVisits(log: Log, ids: SchemaIds): Promise<(visitId: string) => string> {
  const visits = newestOf(await allRecords(log, ids, 'visits', 'Visit'), ({ visitId }) => visitId);
  const stays = new Map(visits.flatMap(({ visitId, entryReadId }) =>
    (entryReadId === null ? [] : [[visitId, stayOfRead(entryReadId)] as const])));
  return (visitId) => stays.get(visitId) ?? visitId;
}

async function dispositionRows(log: Log, ids: SchemaIds, stayOf: (visitId: string) => string): Promise<string[]> {
  const dispositions = newestOf(await allRecords(log, ids, 'dispositions', 'Disposition'), ({ visitId }) => visitId);
  const live = dispositions.filter(({ status }) => status === 'live');
  return live.map(({ visitId, disposition, accountId, grossMinor, paidMinor }) =>
    row(stayOf(visitId), disposition, accountId, grossMinor, paidMinor));
}

/** Each request that a card was asked with, or that gave back, with its day and its known outcome. */
async function attemptRows(log: Log, ids: SchemaIds, charges: readonly Charge[]): Promise<string[]> {
  const dayOfCharge = new Map(charges.map(({ chargeId, billingDay }) => [chargeId, billingDay]));
  const results = newestOf(await allRecords(log, ids, 'paymentResults', 'PaymentResult'), ({ requestId }) => requestId);
  const outcomeOf = new Map(results.map(({ requestId, outcome }) => [requestId, outcome]));
  const requests = await allRecords(log, ids, 'paymentRequests', 'PaymentRequest');
  return requests.map(({ requestId, chargeId, accountId, attempt, requestedAt, operation, grossMinor }) => {
    const signedMinor = operation === 'reversal' ? -grossMinor : grossMinor;
    const outcome = outcomeOf.get(requestId) ?? '';
    return row(accountId, dayOfCharge.get(chargeId) ?? '', attempt, dayOf(requestedAt, ZONE), signedMinor, outcome);
  });
}

/** By account, operator, owner and what the driver sees: every ore has one owner. */
function ledgerRows(ledger: readonly LedgerEntry[]): string[] {
  const sums = Map.groupBy(ledger.filter(({ grossMinor, vatMinor }) => grossMinor !== 0 || vatMinor !== 0),
    ({ accountId, operatorId, owner, status }) => row(accountId, operatorId, owner, status));
  return [...sums].map(([key, entries]) => row(key, sumOf(entries, 'grossMinor'), sumOf(entries, 'vatMinor')));
}

function invoiceRows(documents: readonly SalesDocument[], ledger: readonly LedgerEntry[]): string[] {
  const entries = Map.groupBy(ledger.filter(({ owner }) => owner === 'invoice'), ({ ownerId }) => ownerId);
  const invoices = documents.filter(({ kind }) => kind === 'invoice');
  return invoices.map(({ invoiceId, accountId, ownerRef, operatorId, issuedDay, dueDay }) => {
    const own = entries.get(invoiceId) ?? [];
    const paid = own.every(({ status }) => status === 'charged') ? 'paid' : 'unpaid';
    return row(
      accountId, ownerRef, operatorId, issuedDay, dueDay, sumOf(own, 'grossMinor'), sumOf(own, 'vatMinor'), paid,
    );
  });
}

function sumOf(entries: readonly LedgerEntry[], field: 'grossMinor' | 'vatMinor'): number {
  return entries.reduce((sum, entry) => sum + entry[field], 0);
}

interface BookedOrder {
  readonly id: string;
  readonly token: string;
  readonly captures: readonly { readonly amount: number }[];
  readonly reversals: readonly { readonly amount: number }[];
}

/** What the gateway took of each card, and gave back, by its own book; of an order the last line counts. */
function takenRows(bookFile: string): string[] {
  const orders = new Map<string, BookedOrder>();
  for (const line of readFileSync(bookFile, 'utf8').split('\n')) {
    if (!line.endsWith('}')) continue;
    const entry = JSON.parse(line) as Partial<BookedOrder>;
    if (entry.id !== undefined) orders.set(entry.id, entry as BookedOrder);
  }
  return [...orders.values()].flatMap(({ token, captures, reversals }) =>
    [...captures.map(({ amount }) => row(token, amount)), ...reversals.map(({ amount }) => row(token, -amount))]);
}
