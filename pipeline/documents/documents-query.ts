import type { ClickHouseClient } from '@clickhouse/client';
import { vehicleKey, type Vehicle } from '../accounts/account-rules.ts';
import type { SaleLine, SalesDocument } from '../records/records.ts';
import { rowsFrom } from '../warehouse/rows-from.ts';
import type { Stay } from './document-view.ts';

/** Which documents; what is left out restricts nothing. */
export interface DocumentFilter {
  readonly documentIds?: readonly string[];
  readonly accountId?: string;
  readonly operatorId?: string;
  readonly issuedDay?: string;
  readonly kind?: string;
  readonly number?: number;
  readonly chargeIds?: readonly string[];
}

/** The last document of a page. */
export interface DocumentCursor {
  /** UTC ms */
  readonly at: number;
  readonly documentId: string;
}

export type VisitLine = Pick<SaleLine, 'visitId' | 'garageId' | 'visitDay'>;

/** Whether an operator's numbers are all there. */
export interface SeriesCount {
  readonly operatorId: string;
  readonly series: string;
  readonly documents: number;
  readonly lowest: number;
  readonly highest: number;
  /** Numbers between the lowest and the highest that no document has: none are expected. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Documents that share a number with another: none are expected. */
  readonly repeated: number;
}

/** Sales documents and visits, of the warehouse. */
export interface DocumentsQuery {
  /** By operator, series and number. */
  find(filter: DocumentFilter, limit?: number): Promise<SalesDocument[]>;
  /** Newest first, from behind `after` on. */
  newest(accountId: string, limit: number, after: DocumentCursor | null): Promise<SalesDocument[]>;
  /**
   * The stays that an account's lines are for, by visit id, as far as they are known and still the account's own: one
   * whose plate was corrected since is another vehicle's, and nothing is told of it.
   * @param vehicles those that the account has now, for stays that nobody is charged for any more
   */
  staysOf(accountId: string, lines: readonly VisitLine[], vehicles?: readonly Vehicle[]): Promise<Map<string, Stay>>;
  series(operatorId?: string): Promise<SeriesCount[]>;
}

/** As many as anybody looks at or has printed at once. */
const LIMIT_MAX = 1_000_000;

export function openDocumentsQuery(client: ClickHouseClient): DocumentsQuery {
  const rows = <T>(query: string, params: Record<string, unknown>): Promise<T[]> => rowsFrom<T>(client, query, params);
  const documents = async (rest: string, params: Record<string, unknown>): Promise<SalesDocument[]> =>
    (await rows<DocumentRow>(`SELECT ${COLUMNS} FROM documents_current ${rest}`, params)).map(documentOfRow);

  return {
    async find(filter, limit = LIMIT_MAX) {
      const { documentIds, chargeIds, ...equal } = filter;
      const conditions = Object.entries(equal).filter(([, value]) => value !== undefined)
        .map(([column]) => `${column} = {${column}: ${TYPES.get(column) ?? 'String'}}`);
      if (documentIds !== undefined) conditions.push('documentId IN {documentIds: Array(String)}');
      if (chargeIds !== undefined) conditions.push('chargeId IN {chargeIds: Array(String)}');
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      return documents(`${where} ORDER BY operatorId, series, number LIMIT {limit: UInt32}`, { ...filter, limit });
    },
    newest(accountId, limit, after) {
      const behind = after === null
        ? ''
        : 'AND (at, documentId) < (fromUnixTimestamp64Milli({at: Int64}), {documentId: String})';
      return documents(
        `WHERE accountId = {accountId: String} ${behind} ORDER BY at DESC, documentId DESC LIMIT {limit: UInt32}`,
        { accountId, limit, ...after },
      );
    },
    async staysOf(accountId, all, vehicles = []) {
      const lines = all.filter(({ visitId }) => visitId !== '');
      if (lines.length === 0) return new Map();
      const days = lines.map(({ visitDay }) => visitDay).sort();
      const sought = `garageId IN {garageIds: Array(String)} AND visitId IN {visitIds: Array(String)}
           AND firstSeenAt >= toDateTime64(addDays({first: Date}, -${LONGEST_STAY_DAYS}), 3, 'UTC')
           AND firstSeenAt < toDateTime64(addDays({last: Date}, 2), 3, 'UTC')`;
      // Garages and days keep the search within a few parts of the table: it is sorted by them, not by visit.
      const found = await rows<{ visitId: string; plate: string; entered: number | null; exited: number | null }>(
        `SELECT visitId, plate, toUnixTimestamp64Milli(enteredAt) AS entered, toUnixTimestamp64Milli(exitedAt) AS exited
         FROM visits FINAL
         WHERE ${sought} AND (
           visitId IN (SELECT visitId FROM dispositions FINAL WHERE ${sought} AND accountId = {accountId: String})
           OR concat(country, ' ', plate) IN {vehicles: Array(String)} OR plate = '')`,
        {
          accountId,
          vehicles: vehicles.map(vehicleKey),
          garageIds: [...new Set(lines.map(({ garageId }) => garageId))],
          visitIds: [...new Set(lines.map(({ visitId }) => visitId))],
          first: days[0], last: days.at(-1),
        },
      );
      return new Map(found.map(({ visitId, plate, entered, exited }) =>
        [visitId, { plate, enteredAt: entered, exitedAt: exited }]));
    },
    async series(operatorId) {
      const where = operatorId === undefined ? '' : 'WHERE operatorId = {operatorId: String}';
      const counted = await rows<Omit<SeriesCount, 'gaps'>>(
        `SELECT operatorId, series, documents, lowest, highest, repeated FROM document_series ${where}
         ORDER BY operatorId, series`, { operatorId });
      const missing = await rows<{ operatorId: string; series: string; before: number; number: number }>(
        `SELECT operatorId, series, before, number FROM (
           SELECT operatorId, series, number,
             lagInFrame(number, 1, number) OVER (
               PARTITION BY operatorId, series ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
             ) AS before
           FROM documents_current ${where})
         WHERE number > before + 1 ORDER BY operatorId, series, number`, { operatorId });
      return counted.map((each) => ({
        ...each,
        gaps: missing.filter((gap) => gap.operatorId === each.operatorId && gap.series === each.series)
          .map(({ before, number }) => ({ from: before + 1, to: number - 1 })),
      }));
    },
  };
}

/** Of the columns that are no texts. */
const TYPES: ReadonlyMap<string, string> = new Map([['issuedDay', 'Date'], ['number', 'Int64']]);

const COLUMNS = `
  documentId, revision, kind, operatorId, series, number, accountId, chargeId, invoiceId, billingDay, issuedDay, dueDay,
  currency, grossMinor, vatMinor, originalSaleId, originalNumber, kid, ownerRef, toUnixTimestamp64Milli(at) AS atMs,
  arrayMap((line, visit, garage, visitDay, gross, vat, what) ->
      tuple(line, visit, garage, toString(visitDay), gross, vat, what),
    lines.lineId, lines.visitId, lines.garageId, lines.visitDay, lines.grossMinor, lines.vatMinor, lines.what
  ) AS lineTuples`;

/** A stay begins at most so long before the day it is billed on: longer ones are never billed by themselves. */
const LONGEST_STAY_DAYS = 60;

type DocumentRow = Omit<SalesDocument, 'lines' | 'at' | 'dueDay'> & {
  readonly dueDay: string | null;
  readonly atMs: number;
  readonly lineTuples: readonly [string, string, string, string, number, number, SaleLine['what']][];
};

function documentOfRow({ lineTuples, atMs, dueDay, ...row }: DocumentRow): SalesDocument {
  const lines = lineTuples.map(([lineId, visitId, garageId, visitDay, grossMinor, vatMinor, what]) =>
    ({ lineId, visitId, garageId, visitDay, grossMinor, vatMinor, what }));
  return { ...row, dueDay: dueDay ?? '', at: atMs, lines };
}
