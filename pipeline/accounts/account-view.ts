import type { Account, AccountDetails } from '../records/records.ts';
import { inForce } from './account-rules.ts';

/** An account as its holder sees it: as it is at that time (UTC ms), without tokens and hashes. */
export function accountView(account: Account, details: AccountDetails, now: number): object {
  const status = account.statuses.findLast(({ from }) => from <= now);
  const { card } = account;
  return {
    accountId: account.accountId,
    name: details.name,
    email: details.email,
    phone: details.phone,
    status: status?.status ?? 'inactive',
    reason: status?.reason ?? '',
    switchedOn: !account.switchedOff,
    vehicles: account.bindings
      .filter((binding) => inForce(binding, now))
      .map(({ country, plate, from }) => ({ country, plate, from: timeText(from) })),
    card: card && {
      maskedNumber: card.maskedNumber, brand: card.brand, expiryMonth: card.expiryMonth, from: timeText(card.from),
    },
    createdAt: timeText(details.createdAt),
  };
}

const timeText = (ms: number): string => new Date(ms).toISOString();
