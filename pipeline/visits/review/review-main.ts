import { normalisePlate } from '../../records/plate.ts';
import type { Control, ReviewAction } from '../../records/records.ts';
import { tellVisits } from './tell-visits.ts';

export interface ReviewOptions {
  readonly by?: string;
  readonly reason: string;
}

export const confirm = (garageId: string, visitId: string, options: ReviewOptions): Promise<void> =>
  say(garageId, 'review_confirm', { visitId }, options);

export const split = (garageId: string, visitId: string, options: ReviewOptions): Promise<void> =>
  say(garageId, 'review_split', { visitId }, options);

/** @param exitId visit without an entry @param entryId visit without an exit */
export const merge = (garageId: string, exitId: string, entryId: string, options: ReviewOptions): Promise<void> =>
  say(garageId, 'review_merge', { visitId: exitId, otherVisitId: entryId }, options);

export async function correct(
  garageId: string, visitId: string, country: string, plate: string, options: ReviewOptions,
): Promise<void> {
  const normal = normalisePlate(plate);
  if ('fault' in normal || normal.plate === '') {
    throw new Error(`the plate is ${'fault' in normal ? normal.fault : 'empty'}: give it as it stands on the vehicle`);
  }
  if (!/^[A-Z]{2}$/.test(country)) throw new Error('the country must be two letters, such as NO; XX: not known');
  await say(garageId, 'review_correct', { visitId, country, plate: normal.plate }, options);
}

export const dismiss = (garageId: string, irregularityId: string, options: ReviewOptions): Promise<void> =>
  say(garageId, 'review_dismiss', { irregularityId }, options);

async function say(
  garageId: string, type: ReviewAction, about: Partial<Control>, { by, reason }: ReviewOptions,
): Promise<void> {
  const outcome = await tellVisits({ type, subject: garageId, reason, ...about }, by);
  if (outcome?.status === 'refused') throw new Error(`refused, ${outcome.reason}: ${outcome.message}`);
  console.log(outcome === null
    ? 'written; the visits stage has not taken it in yet. What can not be done it sets aside, with the reason: `npx bomfri redrive`'
    : 'done');
}
