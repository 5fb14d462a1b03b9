import type { ClickHouseClient } from '@clickhouse/client';
import { rowsFrom } from '../warehouse/rows-from.ts';
import type { AccessLogEntry } from '../records/records.ts';

/** A look at somebody's data, as the warehouse has it. */
export interface LookRow extends Omit<AccessLogEntry, 'subjects' | 'requestId'> {
  /** Of what was asked for; of everything that was shown when nothing was: `visit <visitId>` and the like. */
  readonly subjects: readonly string[];
}

/** Which looks; what is left out restricts nothing. */
export interface LookFilter {
  /** At the account, its documents or any visit of it. */
  readonly accountId?: string;
  readonly visitId?: string;
  /** `key:<keyId>` or `user:<name>` */
  readonly actor?: string;
  /** UTC ms */
  readonly since?: number;
}

/** The last look of a page. */
export interface LookCursor {
  /** UTC ms */
  readonly at: number;
  readonly entryId: string;
}

/** The access log, of the warehouse. */
export interface AccessQuery {
  /** Newest first, from behind `after` on. @throws {WarehouseAwayError} */
  looks(filter: LookFilter, limit: number, after: LookCursor | null): Promise<LookRow[]>;
}

export function openAccessQuery(client: ClickHouseClient): AccessQuery {
  return {
    looks(filter, limit, after) {
      const { accountId, visitId, actor, since } = filter;
      const isSubject = [
        ...(accountId === undefined ? [] : [OF_ACCOUNT]),
        ...(visitId === undefined ? [] : [`(kind = 'visit' AND id = {visitId: String})`]),
      ].join(' AND ');
      const isLook = [
        ...(actor === undefined ? [] : ['who = {actor: String}']),
        ...(since === undefined ? [] : ['lookedAt >= fromUnixTimestamp64Milli({since: Int64})']),
        ...(after === null
          ? []
          : ['(lookedAt, entryId) < (fromUnixTimestamp64Milli({afterAt: Int64}), {afterId: String})']),
      ].join(' AND ');
      return rowsFrom<LookRow>(client,
        `SELECT entryId, toUnixTimestamp64Milli(lookedAt) AS at, any(who) AS actor, any(whose) AS actorName, any(shown) AS view, any(why) AS reason,
           any(place) AS garageId, arraySort(groupUniqArrayIf(concat(kind, ' ', id), kind != '')) AS subjects
         FROM (
           SELECT entryId, at AS lookedAt, actor AS who, actorName AS whose, view AS shown, reason AS why, garageId AS place, kind, id
           FROM access_log LEFT ARRAY JOIN subjects.kind AS kind, subjects.id AS id
         )
         WHERE ${isLook || 'true'} AND ${isSubject || 'true'}
         GROUP BY lookedAt, entryId ORDER BY lookedAt DESC, entryId DESC LIMIT {limit: UInt32}`,
        { ...filter, limit, afterAt: after?.at ?? 0, afterId: after?.entryId ?? '' });
    },
  };
}

/** Visits that cost nothing have no entry in the ledger; an account's own have a disposition. */
const OF_ACCOUNT = `(
  kind = 'account' AND id = {accountId: String}
  OR kind = 'document' AND id IN (SELECT documentId FROM documents WHERE accountId = {accountId: String})
  OR kind = 'visit' AND id IN (
    SELECT visitId FROM ledger WHERE accountId = {accountId: String}
    UNION ALL SELECT visitId FROM dispositions WHERE accountId = {accountId: String}))`;
