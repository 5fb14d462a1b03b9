import type { Item } from './charge.ts';
import { isUnclaimed } from './line.ts';
import type { ChargesState } from './state.ts';

/** An account's parts that are in no charge yet. */
export function waitingOf(state: ChargesState, accountId: string): Item[] {
  return state.unclaimedLines(accountId)
    .flatMap((line) => line.parts.filter(isUnclaimed).map((part) => ({ line, part })));
}
