import { openAccountWriter, type AccountWriter } from '../../pipeline/accounts/account-writer.ts';
import {
  beginCardRegistration, changeAccount, completeCardRegistration, createAccount, removeCard, type Command,
} from '../../pipeline/accounts/commands.ts';
import { until } from '../../local/until.ts';
import { systemClock } from '../../pipeline/engine/clock.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import type { Logger } from '../../pipeline/engine/logger.ts';
import type { SchemaIds } from '../../pipeline/records/codec.ts';
import type { AccountEvent } from './month-accounts.ts';
import { ZONE } from './month-garages.ts';
import type { MonthPlates } from './month-plates.ts';

export interface SimulatedAccounts {
  /** Has the holders do this, each at its simulated time. */
  play(events: readonly AccountEvent[]): Promise<void>;
  /** From here on it is so late: UTC ms. What charges say of accounts takes effect then. */
  setTime(at: number): void;
  stop(): Promise<void>;
}

export interface SimulatedAccountsOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly logger: Logger;
  readonly plates: MonthPlates;
}

/** The one writer of the accounts, by a clock that the month sets. */
export async function openSimulatedAccounts(
  { log, ids, logger, plates }: SimulatedAccountsOptions,
): Promise<SimulatedAccounts> {
  let now = 0;
  const clock = { ...systemClock, wallMs: () => now };
  const writer = await openAccountWriter({ log, ids, zone: ZONE, logger, told: () => {}, clock });
  if (!(await until(() => writer.isActive, READY_WITHIN_MS))) {
    throw new Error('the writer of the accounts does not get its turn');
  }
  return {
    setTime: (at) => void (now = at),
    async play(events) {
      for (const batch of sameTimes(events)) {
        now = batch[0]!.at;
        for (let from = 0; from < batch.length; from += AT_ONCE) {
          await Promise.all(batch.slice(from, from + AT_ONCE).map((event) => perform(writer, event, plates)));
        }
      }
    },
    stop: () => writer.stop(),
  };
}

const READY_WITHIN_MS = 30_000;
const AT_ONCE = 500;

function sameTimes(events: readonly AccountEvent[]): AccountEvent[][] {
  return [...Map.groupBy(events, ({ at }) => at).values()];
}

async function perform(writer: AccountWriter, event: AccountEvent, plates: MonthPlates): Promise<void> {
  const { accountId } = event;
  const run = (command: Command<unknown>): Promise<unknown> => writer.run(command);
  switch (event.what) {
    case 'create': {
      const holder = { name: 'Ola', email: `${accountId}@example.org`, phone: '+4790000000', passwordHash: '' };
      await run(createAccount(accountId, holder, event.vehicles.map((vehicle) => plates.plate(vehicle))));
      return;
    }
    case 'vehicles':
      await run(changeAccount(accountId, { vehicles: event.vehicles.map((vehicle) => plates.plate(vehicle)) }, ZONE));
      return;
    case 'card': {
      const { token, expiryMonth } = event;
      const card = { token, expiryMonth, maskedNumber: '492500******0004', brand: 'Visa' };
      await run(beginCardRegistration(accountId, token, token));
      await run(completeCardRegistration(accountId, token, card, ZONE));
      return;
    }
    case 'card_removed':
      await run(removeCard(accountId, ZONE));
      return;
    case 'switched_off':
    case 'switched_on':
      await run(changeAccount(accountId, { switchedOn: event.what === 'switched_on' }, ZONE));
  }
}
