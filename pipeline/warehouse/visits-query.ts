import type { ClickHouseClient } from '@clickhouse/client';
import { answerLimit } from './rows-from.ts';

/** Visits by their newest revision; without plates, which nobody who asks here needs. */
export interface VisitsQuery {
  /** Newest first, from behind `after` on. */
  newest(garageId: string, limit: number, after: Cursor | null): Promise<VisitRow[]>;
  find(visitId: string): Promise<VisitRow | null>;
}

/** Times are RFC 3339. */
export interface VisitRow {
  readonly visitId: string;
  readonly garageId: string;
  readonly firstSeenAt: string;
  readonly [field: string]: unknown;
}

/** The last row of a page: the next page begins behind it, whatever comes in meanwhile. */
export interface Cursor {
  readonly firstSeenMs: number;
  readonly visitId: string;
}

const COLUMNS = [
  'visitId', 'revision', 'status', 'operatorId', 'garageId', 'plateRead', 'entryReadId', 'exitReadId', 'firstSeenAt',
  'enteredAt', 'exitedAt', 'matchConfidence', 'flags', 'rulesVersion',
].join(', ');

const SETTINGS = { date_time_output_format: 'iso', max_execution_time: 10 } as const;

export function openVisitsQuery(client: ClickHouseClient): VisitsQuery {
  const rows = async (query: string, params: Record<string, unknown>): Promise<VisitRow[]> =>
    (await client.query({
      query,
      query_params: params,
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
      abort_signal: answerLimit(SETTINGS),
    })).json<VisitRow>();
  return {
    newest(garageId, limit, after) {
      const behind = after === null
        ? ''
        : 'AND (firstSeenAt, visitId) < (fromUnixTimestamp64Milli({at: Int64}), {visitId: String})';
      return rows(
        `SELECT ${COLUMNS} FROM visits_current WHERE garageId = {garageId: String} ${behind}
         ORDER BY firstSeenAt DESC, visitId DESC LIMIT {limit: UInt32}`,
        { garageId, limit, at: after?.firstSeenMs ?? 0, visitId: after?.visitId ?? '' },
      );
    },
    async find(visitId) {
      const [row] = await rows(
        `SELECT ${COLUMNS} FROM visits_current WHERE visitId = {visitId: String} LIMIT 1`,
        { visitId },
      );
      return row ?? null;
    },
  };
}

export function cursorOf(row: VisitRow): Cursor {
  return { firstSeenMs: Date.parse(row.firstSeenAt), visitId: row.visitId };
}

export function encodeCursor({ firstSeenMs, visitId }: Cursor): string {
  return Buffer.from(JSON.stringify([firstSeenMs, visitId])).toString('base64url');
}

/** Null when the text is no cursor. */
export function decodeCursor(text: string): Cursor | null {
  try {
    const [firstSeenMs, visitId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    return Number.isSafeInteger(firstSeenMs) && typeof visitId === 'string'
      ? { firstSeenMs: firstSeenMs as number, visitId }
      : null;
  } catch {
    return null;
  }
}
