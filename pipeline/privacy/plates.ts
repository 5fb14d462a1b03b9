import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { rowsFrom, WarehouseAwayError } from '../warehouse/rows-from.ts';
import { cutoffs, UNSETTLED_DISPOSITIONS } from './retention.ts';

/** A month of visits' first sight, YYYYMM: a partition of the table. */
export interface MonthOfPlates {
  readonly month: number;
  /** Visits whose plate is taken away. */
  readonly visits: number;
}

/**
 * Takes the plates of visits away that are past their time (`retention.ts`), month by month; `told` of each with any.
 * May be ended at any moment and done again: it looks for what still has a plate. A rebuild of the warehouse may bring
 * some back; the next round finds them.
 * @param signal ends it between two months, or while it waits for one to be rewritten, which ClickHouse
 * then goes on with by itself
 * @throws {WarehouseAwayError}
 */
export async function anonymisePlates(
  client: ClickHouseClient, now: number, told: (month: MonthOfPlates) => void, signal: AbortSignal,
): Promise<void> {
  await untilRewritten(client, signal);
  for (const month of await monthsWithPlates(client, now)) {
    const visits = signal.aborted ? 0 : await countDue(client, month, now);
    if (visits === 0) continue;
    await takeAway(client, month, `visitId IN (${due(month)})`, paramsAt(month, now));
    await untilRewritten(client, signal);
    told({ month, visits });
  }
}

/** Visits that still have a plate though its time is over. */
export async function overduePlates(client: ClickHouseClient, now: number): Promise<number> {
  let sum = 0;
  for (const month of await monthsWithPlates(client, now)) sum += await countDue(client, month, now);
  return sum;
}

/**
 * Takes the plate of one vehicle away from all its visits but those that stand on a sales document, or are
 * under way or not paid for.
 * @returns visits that lost it, and visits that keep it for now
 * @throws {WarehouseAwayError}
 */
export async function erasePlate(
  client: ClickHouseClient, vehicle: { readonly country: string; readonly plate: string }, now: number,
): Promise<{ erased: number; kept: number }> {
  const { country, plate } = vehicle;
  const months = await rowsFrom<{ month: number }>(client,
    'SELECT DISTINCT toYYYYMM(firstSeenAt) AS month FROM visits '
      + 'WHERE plate = {plate: String} AND country = {country: String}',
    { plate, country });
  let erased = 0;
  for (const { month } of months) {
    // As if the time of what is settled were over for this vehicle.
    const params = { ...paramsAt(month, now), visitBefore: now, plate, country };
    const own = `plate = {plate: String} AND country = {country: String} AND visitId IN (${due(month)})`;
    erased += await count(
      client,
      `SELECT uniqExact(visitId) AS n FROM visits WHERE toYYYYMM(firstSeenAt) = {month: UInt32} AND ${own}`,
      params,
    );
    await takeAway(client, month, own, params);
    await untilRewritten(client, new AbortController().signal);
  }
  const kept = await count(client,
    'SELECT uniqExact(visitId) AS n FROM visits WHERE plate = {plate: String} AND country = {country: String}',
    { plate, country });
  return { erased, kept };
}

async function monthsWithPlates(client: ClickHouseClient, now: number): Promise<number[]> {
  const rows = await rowsFrom<{ month: number }>(client,
    `SELECT DISTINCT toYYYYMM(firstSeenAt) AS month FROM visits
     WHERE plate != '' AND firstSeenAt < fromUnixTimestamp64Milli({visitBefore: Int64}) ORDER BY month`,
    { visitBefore: cutoffs(now).visit });
  return rows.map(({ month }) => month);
}

function countDue(client: ClickHouseClient, month: number, now: number): Promise<number> {
  return count(client, `SELECT uniqExact(visitId) AS n FROM (${due(month)})`, paramsAt(month, now));
}

async function count(client: ClickHouseClient, query: string, params: Record<string, unknown>): Promise<number> {
  const [row] = await rowsFrom<{ n: number }>(client, query, params);
  return Number(row!.n);
}

/** All revisions of a visit lose it, in one rewriting of the month's column, which is only begun here. */
async function takeAway(
  client: ClickHouseClient, month: number, which: string, params: Record<string, unknown>,
): Promise<void> {
  try {
    await client.command({
      query: `ALTER TABLE visits UPDATE plate = '' IN PARTITION '${month}' WHERE plate != '' AND ${which}`,
      query_params: params,
      clickhouse_settings: { mutations_sync: '0' },
    });
  } catch (error) {
    // Its own words may quote a plate.
    const { code, name } = error as NodeJS.ErrnoException;
    throw new WarehouseAwayError(`ClickHouse does not take the plates of ${month} away: ${code ?? name}`);
  }
}

/** A month may take longer to rewrite than any request waits, and one is not begun on top of another. */
async function untilRewritten(client: ClickHouseClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [state] = await rowsFrom<{ open: number; failing: number }>(client,
      `SELECT count() AS open, countIf(latest_fail_reason != '') AS failing FROM system.mutations
       WHERE database = currentDatabase() AND table = 'visits' AND NOT is_done`, {});
    if (Number(state!.failing) > 0) {
      throw new WarehouseAwayError('ClickHouse fails to rewrite visits: see latest_fail_reason in system.mutations');
    }
    if (Number(state!.open) === 0) return;
    await delay(REWRITTEN_ASKED_MS, undefined, { signal }).catch(() => {});
  }
}

const REWRITTEN_ASKED_MS = 200;

function paramsAt(month: number, now: number): Record<string, unknown> {
  const { visit, unsettled } = cutoffs(now);
  return { month, visitBefore: visit, unsettledBefore: unsettled, unsettled: UNSETTLED_DISPOSITIONS };
}

/**
 * Ids of a month's visits whose plate is past its time. A visit ended when it was seen last, whatever its status; an
 * open one has not. A document of a visit is never older than the visit.
 */
function due(month: number): string {
  const firstDay = `toDate('${String(month).slice(0, 4)}-${String(month).slice(4)}-01')`;
  return `
    SELECT visitId FROM (
      SELECT visitId, status, plate, greatest(coalesce(exitedAt, firstSeenAt), coalesce(enteredAt, firstSeenAt), firstSeenAt) AS seenAt
      FROM visits FINAL WHERE toYYYYMM(firstSeenAt) = {month: UInt32}
    )
    WHERE status != 'open' AND plate != '' AND seenAt < fromUnixTimestamp64Milli({visitBefore: Int64})
      AND (seenAt < fromUnixTimestamp64Milli({unsettledBefore: Int64}) OR visitId NOT IN (
        SELECT visitId FROM dispositions FINAL
        WHERE toYYYYMM(firstSeenAt) = {month: UInt32} AND status = 'live' AND disposition IN {unsettled: Array(String)}))
      AND visitId NOT IN (SELECT arrayJoin(lines.visitId) FROM documents WHERE issuedDay >= ${firstDay})`;
}
