import { randomFor } from '../fleet/random.ts';
import { monthAccounts, type MonthAccounts } from './month-accounts.ts';
import { monthGarages, type MonthGarage } from './month-garages.ts';
import { clonePlates, misreadStays } from './month-clones.ts';
import { monthOutages, type Outage } from './month-outages.ts';
import { monthOwners, type MonthOwner } from './month-owners.ts';
import { monthPayments, type MonthPayment } from './month-payments.ts';
import { monthPermits, type MonthPermit } from './month-permits.ts';
import { monthPlates, type MonthPlates } from './month-plates.ts';
import { readsOf } from './month-reads.ts';
import { monthStays, type MonthStay } from './month-stays.ts';
import type { ScriptedStay, StayVersion, UnnumberedStay } from './scripted-stay.ts';
import { sliceAt, slicesOf, type Slice } from './slices.ts';

export interface MonthOptions {
  readonly seed: string;
  /** Begins all ids. */
  readonly prefix: string;
  /** YYYY-MM-DD */
  readonly firstDay: string;
  /** Days on which cars come, and days after them on which only what is pending is collected. */
  readonly days: number;
  readonly tail: number;
  readonly accounts: number;
  readonly otherVehicles: number;
  readonly corrections: number;
}

/** All that happens in a month, and when. */
export interface MonthScript {
  readonly options: MonthOptions;
  readonly slices: readonly Slice[];
  readonly garages: readonly MonthGarage[];
  readonly accounts: MonthAccounts;
  readonly permits: readonly MonthPermit[];
  readonly payments: readonly MonthPayment[];
  readonly owners: readonly MonthOwner[];
  readonly plates: MonthPlates;
  readonly stays: readonly ScriptedStay[];
}

/** The same options give the same month. */
export function monthScript(options: MonthOptions): MonthScript {
  const { seed, prefix, days, tail, otherVehicles } = options;
  const slices = slicesOf(options.firstDay, days + tail);
  const withCars = slices.slice(0, days);
  const plates = monthPlates(0);
  const garages = monthGarages(prefix, withCars[Math.floor(days / 2)]!.billingDay);
  const accounts = monthAccounts({ seed, prefix, accounts: options.accounts, slices: withCars });
  const outages = monthOutages(withCars);
  const regular = monthStays({
    seed, garages: garages.length, accountVehicles: accounts.vehicles, otherVehicles, slices: withCars, outages,
    everyNthDay: accounts.everyNthDay,
  });
  const clones = clonePlates({
    seed, stays: regular, slices: withCars, vehicles: accounts.vehicles,
    garages: garages.length, outages, count: options.corrections,
  });
  const merged = leftAndCameBack(seed, regular, accounts, outages);
  const stays = numbered(prefix, [
    ...regular.filter((stay) => !merged.has(stay)).map((stay) => plain(stay, slices, outages)),
    ...[...merged].flatMap(([stay, outage]) => twoInOne(seed, stay, outage, slices)),
    ...misreadStays(clones, slices),
  ]);
  return {
    options, slices, garages, accounts, plates, stays,
    owners: monthOwners(seed, prefix, plates, accounts.vehicles),
    permits: monthPermits({ seed, prefix, garages, plates, vehicles: accounts.vehicles + otherVehicles, slices }),
    payments: monthPayments({ seed, stays, garages, plates, accountVehicles: accounts.vehicles, last: days - 1 }),
  };
}

function numbered(prefix: string, stays: readonly UnnumberedStay[]): ScriptedStay[] {
  return stays.map(({ readAs, toldLate, ...stay }, n) => {
    const stayId = `${prefix}-s${n}`;
    return { ...stay, stayId, reads: readsOf(stayId, { ...stay, vehicle: readAs }, toldLate) };
  });
}

function plain(stay: MonthStay, slices: readonly Slice[], outages: readonly Outage[]): UnnumberedStay {
  const toldLate = (at: number): number | null => {
    const outage = outages.find(({ delays }) => delays(stay.garage, at));
    return outage === undefined ? null : toldAt(outage, at);
  };
  const knownIn = (at: number): number => sliceAt(slices, toldLate(at) ?? at);
  return { ...stay, readAs: stay.vehicle, toldLate, correctedIn: null, versions: versionsOf(stay, knownIn) };
}

function versionsOf({ vehicle, enteredAt, exitedAt }: MonthStay, knownIn: (at: number) => number): StayVersion[] {
  const entry = knownIn(enteredAt);
  // An exit may be known before its entry is: alone it is no stay.
  const whole = Math.max(entry, knownIn(exitedAt));
  const closed = { slice: whole, vehicle, enteredAt, exitedAt };
  return entry < whole ? [{ ...closed, slice: entry, exitedAt: null }, closed] : [closed];
}

/** What was read in an outage is told in order, a second for each quarter of an hour. */
function toldAt({ from, toldAt: at }: Outage, readAt: number): number {
  return at + Math.floor((readAt - from) / 900);
}

/** Long stays of account holders over an outage by day: in truth they left and came back while nobody saw it. */
function leftAndCameBack(
  seed: string, stays: readonly MonthStay[], { vehicles }: MonthAccounts, outages: readonly Outage[],
): Map<MonthStay, Outage> {
  const found = new Map<MonthStay, Outage>();
  for (const outage of outages) {
    const over = stays.filter(({ vehicle, garage, enteredAt, exitedAt }) =>
      vehicle < vehicles && garage === outage.garage
        && enteredAt < outage.from - 1.5 * HOUR_MS && exitedAt > outage.to + HOUR_MS
      && exitedAt < outage.from + 12 * HOUR_MS);
    // Over midnight both are told of before the day is closed in which they would count.
    if (outage.to - outage.from > 3 * HOUR_MS) continue;
    const random = randomFor(seed, MERGED, outage.garage);
    for (const stay of over) if (random.chance(0.5)) found.set(stay, outage);
  }
  return found;
}

function twoInOne(seed: string, stay: MonthStay, outage: Outage, slices: readonly Slice[]): UnnumberedStay[] {
  const random = randomFor(seed, MERGED, stay.vehicle, 1);
  const left = outage.from + random.whole(5 * MINUTE_MS, 40 * MINUTE_MS);
  const back = outage.to - random.whole(5 * MINUTE_MS, 40 * MINUTE_MS);
  const toldLate = (at: number): number | null =>
    (at === stay.enteredAt || at === stay.exitedAt ? null : toldAt(outage, at));
  const { vehicle, garage, enteredAt, exitedAt } = stay;
  const told = sliceAt(slices, outage.toldAt);
  const common = { vehicle, readAs: vehicle, garage, toldLate, correctedIn: null };
  return [
    {
      ...common, enteredAt, exitedAt: left,
      versions: [
        { slice: sliceAt(slices, exitedAt), vehicle, enteredAt, exitedAt },
        { slice: told, vehicle, enteredAt, exitedAt: left },
      ],
    },
    { ...common, enteredAt: back, exitedAt, versions: [{ slice: told, vehicle, enteredAt: back, exitedAt }] },
  ];
}

const MERGED = 31;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
