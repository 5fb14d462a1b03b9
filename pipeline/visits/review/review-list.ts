import { topics } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import { openAccessLog, thisUser, visitsIn } from '../../privacy/access-log.ts';
import type { SchemaIds } from '../../records/codec.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { withLog } from '../../service/with-log.ts';
import { keptRange, keptRecords } from '../explain/kept-records.ts';
import { rebuildGarage } from '../explain/rebuilt-garage.ts';
import { evidenceOf, reviewItems, waitsForPerson, type Evidence, type ReviewItem } from './review-evidence.ts';
import { reviewText } from './review-text.ts';
import { requireGarage } from './tell-visits.ts';

/** What waits for a person, with what is known of it. */
export interface ReviewList {
  readonly items: readonly (ReviewItem & Evidence)[];
  /** So many waited until they were older than the horizon: no action reaches them any more. */
  readonly past: number;
}

/** `bomfri review list GARAGE`: what waits there for a person, with the evidence. */
export function list(garageId: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  return withLog(async (at) => {
    const { log, ids } = at;
    await requireGarage(at, garageId);
    const found = await reviewListOf(log, ids, garageId);
    if (found.items.length > 0) {
      await openAccessLog(log, ids)({ actor: thisUser(), view: 'review_list', garageId, subjects: visitsIn(found) });
    }
    if (json) return console.log(JSON.stringify(found));
    for (const item of found.items) console.log(`${reviewText(item, item).join('\n')}\n`);
    console.log(`waiting: ${found.items.length}${found.past === 0 ? '' : `; ${found.past} older than the horizon stay as they are`}`);
    if (found.items.length > 0) console.log('An action is `npx bomfri` and the words above, with --reason TEXT.');
  }, 'warn');
}

/** Reads the garage's topics as far as they are kept, and makes its visits once more for the evidence. The oldest first. */
export async function reviewListOf(log: Log, ids: SchemaIds, garageId: string): Promise<ReviewList> {
  const waiting = await waitingIn(log, ids, garageId);
  const { trace } = await rebuildGarage(log, ids, garageId, () => false);
  const { state } = trace.rebuild.rules;
  const { horizonMs } = state.garage(garageId).settings;
  const clock = state.clocks.get(garageId)?.clock ?? 0;
  const reached = waiting.filter(({ visitId, at }) => state.stays.get(visitId) !== undefined || at > clock - horizonMs);
  return { items: reached.map((item) => ({ ...item, ...evidenceOf(item, trace) })), past: waiting.length - reached.length };
}

/** By the newest revisions on the topics. */
export async function waitingIn(log: Log, ids: SchemaIds, garageId: string): Promise<ReviewItem[]> {
  const visits = new Map<string, Visit>();
  const kept = async (topic: string) => keptRange(log, topic, garageId);
  for await (const { value } of keptRecords(log, ids, 'Visit', await kept(topics.visits.name), garageId)) {
    if (value?.status === 'review') visits.set(value.visitId, value);
    else if (value !== null) visits.delete(value.visitId);
  }
  const irregularities = new Map<string, Irregularity>();
  for await (const { value } of keptRecords(log, ids, 'Irregularity', await kept(topics.irregularities.name), garageId)) {
    if (value === null) continue;
    if (waitsForPerson(value)) irregularities.set(value.irregularityId, value);
    else irregularities.delete(value.irregularityId);
  }
  return reviewItems(visits.values(), irregularities.values());
}
