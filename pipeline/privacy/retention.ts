/**
 * How long personal data is kept, on one page. What stands on a topic goes by that topic's own retention
 * (`topics/topics.ts`), what is accounting data by the warehouse's (its migrations); the rest of it goes by
 * the rules here, once a day.
 */

const DAY_MS = 86_400_000;

/** Plates of visits in the warehouse. The longest rule that a visit falls under holds. */
const plateRules = [
  {
    name: 'visit',
    keptDays: 90,
    why: 'questions about a stay, and its corrections: as long as parking.visits tells of it',
  },
  {
    name: 'unsettled',
    keptDays: 400,
    why: 'somebody may still have to pay for it: as long as parking.unpaid tells of it',
  },
  {
    name: 'document',
    keptDays: null,
    why: 'it stands on a sales document, which is kept for five years after the end of its year and shows the plate',
  },
] as const;

/** Dispositions of a visit that may still have to be paid for by somebody. */
export const UNSETTLED_DISPOSITIONS = [
  'account', 'awaiting_payment', 'invoice_due', 'review', 'uncollectable',
] as const;

/**
 * What is over is kept for so long: vehicles that an account let go of, its former statuses, the card of an account
 * whose holder is erased, permits that ended, registered owners whom nobody has named since. Longer than any topic with
 * visits, so that whatever is priced again is priced as before.
 */
export const PAST_KEPT_MS = 400 * DAY_MS;

/** Nobody has used an account for so long: its holder is erased. */
const DORMANT_AFTER_MS = 730 * DAY_MS;

/** A round a day. */
export const ROUND_EVERY_MS = DAY_MS;

/** What is past its time at `now` (UTC ms). */
export function cutoffs(now: number): Record<'visit' | 'unsettled' | 'past' | 'dormant', number> {
  const [visit, unsettled] = plateRules;
  return {
    visit: now - visit.keptDays * DAY_MS, unsettled: now - unsettled.keptDays * DAY_MS,
    past: now - PAST_KEPT_MS, dormant: now - DORMANT_AFTER_MS,
  };
}
