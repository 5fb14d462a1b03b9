import type { Garage, MaxValue, Tariff } from '../../records/records.ts';
import { priceStay, type PricedStay, type PriceStep } from './price-stay.ts';
import { rateTableOf, type RateTable } from './rate-table.ts';
import { tariffAt } from './tariff-in-force.ts';
import { vatWithin } from './vat.ts';

/** A stay to explain; times are UTC ms. */
export interface StayToExplain {
  readonly enteredAt: number;
  readonly exitedAt: number;
  /** What kind of permit the vehicle has, if any. */
  readonly permitKind?: string;
}

/**
 * What a stay in a garage costs, line by line, for people; by itself, without other visits of the vehicle.
 * @throws no tariff of the garage was in force at the entry
 */
export function explainPrice(garage: Garage, stay: StayToExplain): string[] {
  const tariff = tariffAt(garage.tariffs, stay.enteredAt);
  if (garage.tariffs.length === 0) return [`${garageName(garage)} has no tariffs: parking is free.`];
  if (tariff === undefined) throw new Error(`${garageName(garage)} has no tariff that was in force at the entry`);
  const table = rateTableOf(tariff, garage.timezone);
  const terms = stay.permitKind === undefined ? null : table.termsOf(stay.permitKind);
  const priced = priceStay(table, { ...stay, terms });
  const teller = openTeller(table);
  return [
    `${garageName(garage)}, tariff ${tariff.tariffVersion}, times of ${garage.timezone}`,
    `in   ${teller.time(stay.enteredAt)}`,
    `out  ${teller.time(stay.exitedAt)}, after ${duration(stay.exitedAt - stay.enteredAt)}`,
    ...freeMinutesNote(tariff, priced),
    '',
    ...priced.steps.map((step) => teller.step(step)),
    // A permit that frees time altogether is told by the steps.
    ...(terms === null || terms.discountBasisPoints === 10_000
      ? []
      : [
          teller.sumLine(
            `permit ${terms.kind}, ${terms.discountBasisPoints / 100} % off`,
            priced.grossMinor - priced.fullMinor,
          ),
        ]),
    teller.sumLine(`to pay, ${tariff.currency}`, priced.grossMinor),
    teller.sumLine(
      `of that VAT of ${tariff.vatBasisPoints / 100} %`,
      vatWithin(priced.grossMinor, tariff.vatBasisPoints),
    ),
  ];
}

const garageName = ({ garageId, name }: Garage): string =>
  name === '' ? `garage ${garageId}` : `${name} (${garageId})`;

function freeMinutesNote({ freeMinutes, freeMinutesFromEntry }: Tariff, { steps }: PricedStay): string[] {
  if (freeMinutes === 0 || (steps.length === 1 && steps[0]!.kind === 'free')) return [];
  const counts = freeMinutesFromEntry ? 'all of it counts from the entry' : 'only what is beyond counts';
  return [`${freeMinutes} minutes are free; the stay is longer, so ${counts}`];
}

interface Teller {
  time(at: number): string;
  step(step: PriceStep): string;
  sumLine(what: string, minor: number): string;
}

/** Words and numbers as a tariff's garage writes them. */
function openTeller({ tariff, zone, collections }: RateTable): Teller {
  const long = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const short = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: tariff.currency });
  const digits = format.resolvedOptions().maximumFractionDigits!;
  const money = (minor: number): string => (minor / 10 ** digits).toFixed(digits);
  const line = (what: string, minor: number): string =>
    `${what.padEnd(WHAT_WIDTH)} ${money(minor).padStart(MONEY_WIDTH)}`;
  return {
    time: (at) => long.format(at),
    sumLine: line,
    step(step) {
      const { kind, from, until, count, eachMinor, minor, cap, collection } = step;
      const hours = `${short.format(from)} - ${short.format(until)}`.padEnd(HOURS_WIDTH);
      const name = collections[collection]?.name ?? '';
      const parts = [
        name,
        STEP_WORDS[kind],
        kind === 'incrementingRate' ? `${count} x ${duration((until - from) / count)} at ${money(eachMinor)}` : '',
      ];
      const told = line(`${hours} ${parts.filter((part) => part !== '').join(', ')}`, minor);
      return cap === null ? told : `${told}  (${capWords(cap, name, money, collections[collection]!.maxMinor)})`;
    },
  };
}

const STEP_WORDS: Record<PriceStep['kind'], string> = {
  free: 'free minutes',
  permit: 'free by permit',
  outside: 'no price at these hours',
  incrementingRate: '',
  flatRate: 'flat',
  flatRateTier: 'tier',
};
const PERIOD_WORDS: Record<MaxValue['period'], string> = {
  visit: 'a visit', day: 'a day', week: 'a week', rolling24h: '24 hours', rolling7d: '7 days',
};
const HOURS_WIDTH = 43;
const WHAT_WIDTH = 76;
const MONEY_WIDTH = 10;

function capWords(
  cap: NonNullable<PriceStep['cap']>,
  name: string,
  money: (minor: number) => string,
  collectionMost: number,
): string {
  return cap === 'collection'
    ? `at most ${money(collectionMost)} for ${name || 'these hours'}`
    : `at most ${money(cap.valueMinor)} in ${PERIOD_WORDS[cap.period]}`;
}

/** Such as 2 d 3 h 5 min; seconds only below an hour. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds < 3_600 ? seconds % 60 : 0, 's'],
  ];
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(' ') || '0 min';
}
