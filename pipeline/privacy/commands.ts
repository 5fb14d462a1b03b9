import type { ClickHouseClient } from '@clickhouse/client';
import { requireAccount } from '../accounts/known-account.ts';
import { normalisePlate } from '../records/plate.ts';
import { textTable } from '../service/text-table.ts';
import { instantText } from '../service/text-values.ts';
import { withLog, type CommandLog } from '../service/with-log.ts';
import { withClickHouse } from '../warehouse/clickhouse.ts';
import { rowsFrom } from '../warehouse/rows-from.ts';
import { openAccessLog, thisUser, visitsIn } from './access-log.ts';
import { openAccessQuery } from './access-query.ts';
import { inventory } from './inventory.ts';
import { tellAccounts } from './past-accounts.ts';
import { erasePlate, overduePlates } from './plates.ts';
import { anonymiseOnce } from './round.ts';

/** `bomfri privacy anonymise`: a round at once. @throws when something could not be done: run it again */
export function anonymise(): Promise<void> {
  return withBoth(async ({ client, log, ids, logger }) => {
    const now = Date.now();
    const signal = new AbortController().signal;
    await anonymiseOnce({ client, log, ids, logger, signal }, now, (what, count, where = '') => {
      if (count > 0) console.log(`${what}: ${count}${where && ` (${where})`}`);
    });
    console.log(`plates past their time: ${await overduePlates(client, now)}`);
  });
}

/** `bomfri privacy inventory`: where personal data stands, and when it goes. */
export function showInventory(): void {
  console.log(textTable([
    ['where', 'what', 'goes'], ...inventory.map(({ store, holds, goes }) => [store, holds, goes]),
  ]));
}

export interface LogOptions {
  readonly account?: string;
  readonly visit?: string;
  readonly by?: string;
  readonly since?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `bomfri privacy log`: who was shown whose personal data, the newest first. */
export function log({ account, visit, by, since, limit, json = false }: LogOptions): Promise<void> {
  const sinceMs = since === undefined ? undefined : Date.parse(since);
  if (Number.isNaN(sinceMs)) {
    throw new Error(`--since is '${since}', but must be a time such as 2026-09-01 or 2026-09-01T04:00:00Z`);
  }
  if (!/^[1-9]\d{0,5}$/.test(limit)) {
    throw new Error(`--limit is '${limit}', but must be a whole number from 1 to 999999`);
  }
  return withClickHouse(async (client) => {
    const filter = {
      ...(account !== undefined && { accountId: account }), ...(visit !== undefined && { visitId: visit }),
      ...(by !== undefined && { actor: by }), ...(sinceMs !== undefined && { since: sinceMs }),
    };
    const looks = await openAccessQuery(client).looks(filter, Number(limit), null);
    if (json) return console.log(JSON.stringify(looks));
    const rows = looks.map(({ at, actor, actorName, view, garageId, subjects, reason }) =>
      [
        instantText(at), actorName === '' ? actor : `${actor} (${actorName})`,
        view, garageId, subjects.join(', '), reason,
      ]);
    if (rows.length > 0) console.log(textTable([['at', 'by', 'view', 'garage', 'whose', 'reason'], ...rows]));
    console.log(`looks: ${looks.length}`);
  });
}

/**
 * `bomfri privacy visits COUNTRY PLATE`: what the warehouse knows of a vehicle, for a person who
 * asks; that is logged first.
 */
export function visits(country: string, plate: string, { reason }: { readonly reason: string }): Promise<void> {
  const vehicle = vehicleOf(country, plate);
  return withBoth(async ({ client, log, ids }) => {
    const found = await rowsFrom<{ visitId: string; [column: string]: unknown }>(client,
      `SELECT visitId, operatorId, garageId, status, toString(enteredAt) AS entered, toString(exitedAt) AS exited FROM visits_current
       WHERE country = {country: String} AND plate = {plate: String} ORDER BY firstSeenAt`, { ...vehicle });
    await openAccessLog(log, ids)({ actor: thisUser(), view: 'vehicle_visits', reason, subjects: visitsIn(found) });
    if (found.length > 0) {
      console.log(textTable([
        Object.keys(found[0]!), ...found.map((row) => Object.values(row).map((cell) => String(cell ?? ''))),
      ]));
    }
    console.log(`visits: ${found.length}`);
  });
}

/** `bomfri privacy erase-plate COUNTRY PLATE`: at a person's request, before its time. */
export function erasePlateOf(country: string, plate: string): Promise<void> {
  const vehicle = vehicleOf(country, plate);
  return withClickHouse(async (client) => {
    const { erased, kept } = await erasePlate(client, vehicle, Date.now());
    console.log(`visits without the plate now: ${erased}`);
    console.log(
      `visits that keep it for now: ${kept}${kept === 0 ? '' : ' (inside, not paid for, or on a sales document)'}`,
    );
  });
}

/** `bomfri privacy erase-holder ACCOUNT`: at the holder's written request, as they could do themselves. */
export function eraseHolderOf(accountId: string, { reason }: { readonly reason: string }): Promise<void> {
  return withLog(async (at) => {
    await requireAccount(at, accountId);
    await tellAccounts(at, [{ type: 'erase', subject: accountId, to: null, reason }], thisUser(), Date.now());
    console.log(`the holder of account ${accountId} will be erased by the process that writes the accounts`);
  }, 'warn');
}

/** Its message never holds the plate. */
function vehicleOf(country: string, text: string): { country: string; plate: string } {
  const found = normalisePlate(text);
  if ('fault' in found || found.plate === '') {
    throw new Error(`the plate is ${'fault' in found ? found.fault : 'empty'}`);
  }
  if (!/^[A-Za-z]{2}$/.test(country)) throw new Error('the country must be two letters, such as NO');
  return { country: country.toUpperCase(), plate: found.plate };
}

function withBoth(work: (at: CommandLog & { readonly client: ClickHouseClient }) => Promise<void>): Promise<void> {
  return withLog((at) => withClickHouse((client) => work({ ...at, client })), 'warn');
}
