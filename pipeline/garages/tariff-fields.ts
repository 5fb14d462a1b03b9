import type { Fields } from '../configuration/json-fields.ts';
import { fieldsOf } from '../configuration/json-fields.ts';
import { knowsHolidaysOf } from '../pricing/tariff/public-holidays.ts';
import type {
  MaxValue,
  PermitTerms,
  RateLine,
  RateLineCollection,
  Tariff,
  TariffDay,
  Validity,
} from '../records/records.ts';

/**
 * One tariff of a garages file: the short form (incrementMinutes, incrementMinor, dailyCapMinor) or rate line
 * collections, with what both may have.
 * @throws {ConfigurationError} naming the place and what may stand there
 */
export function parseTariff(item: unknown, where: string): Tariff {
  const fields = fieldsOf(item, where);
  const currency = fields.text('currency', 'NOK');
  if (!/^[A-Z]{3}$/.test(currency)) throw fields.refuse('currency', 'an ISO 4217 code such as NOK');
  const holidayCountry = fields.text('holidayCountry', 'NO');
  if (!knowsHolidaysOf(holidayCountry)) {
    throw fields.refuse('holidayCountry', 'a country (ISO 3166-1 alpha-2) with known public holidays');
  }
  const tariff: Tariff = {
    tariffVersion: fields.text('tariffVersion'),
    validFrom: fields.instant('validFrom', 0),
    currency,
    freeMinutes: fields.wholeNumber('freeMinutes', { least: 0, most: INT_MAX }, 0),
    ...(fields.has('rateLineCollections') ? longForm(fields) : shortForm(fields)),
    vatBasisPoints: fields.wholeNumber('vatBasisPoints', { least: 0, most: 10_000 }, 2_500),
    freeMinutesFromEntry: fields.flag('freeMinutesFromEntry', true),
    freeMinutesReentry: fields.wholeNumber('freeMinutesReentry', { least: 0, most: REENTRY_MAX_MINUTES }, 0),
    holidayCountry,
    maxValues: fields.list('maxValues', parseMaxValue, []),
    permitTerms: parsePermitTerms(fields),
  };
  fields.refuseOthers();
  return tariff;
}

type Prices = Pick<Tariff, 'incrementMinutes' | 'incrementMinor' | 'dailyCapMinor' | 'rateLineCollections'>;

function shortForm(fields: Fields): Prices {
  return {
    incrementMinutes: fields.wholeNumber('incrementMinutes', { least: 1, most: INT_MAX }),
    incrementMinor: fields.wholeNumber('incrementMinor', PRICES),
    dailyCapMinor: fields.has('dailyCapMinor') ? fields.wholeNumber('dailyCapMinor', PRICES) : null,
    rateLineCollections: [],
  };
}

function longForm(fields: Fields): Prices {
  for (const name of ['incrementMinutes', 'incrementMinor', 'dailyCapMinor']) {
    if (fields.has(name)) throw fields.refuse(name, 'left out beside rateLineCollections, which say the price');
  }
  const rateLineCollections = fields.list('rateLineCollections', parseCollection);
  if (rateLineCollections.length === 0) throw fields.refuse('rateLineCollections', 'a list of at least one');
  return { incrementMinutes: 1, incrementMinor: 0, dailyCapMinor: null, rateLineCollections };
}

function parseCollection(item: unknown, where: string): RateLineCollection {
  const fields = fieldsOf(item, where);
  const collection: RateLineCollection = {
    name: fields.text('name', ''),
    validity: fields.list('validity', parseValidity, []),
    rateLines: parseRateLines(fields),
    maxValueMinor: fields.has('maxValueMinor') ? fields.wholeNumber('maxValueMinor', PRICES) : null,
  };
  fields.refuseOthers();
  return collection;
}

function parseRateLines(fields: Fields): readonly RateLine[] {
  const lines = fields.list('rateLines', parseRateLine);
  if (lines.length === 0) throw fields.refuse('rateLines', 'a list of at least one');
  let tierMinor = 0;
  lines.forEach((line, index) => {
    const former = index === 0 ? 0 : lines[index - 1]!.durationEnd;
    if (line.durationStart !== former) {
      throw fields.refuse(
        'rateLines',
        'without gaps: the first from durationStart 0, each from where the one before has its durationEnd',
      );
    }
    if (line.type !== 'flatRateTier') return;
    if (line.valueMinor < tierMinor) {
      throw fields.refuse('rateLines', 'such that no flatRateTier is cheaper than one before it');
    }
    tierMinor = line.valueMinor;
  });
  if (lines.at(-1)!.durationEnd !== null) {
    throw fields.refuse('rateLines', 'such that the last has no durationEnd: it prices all longer stays');
  }
  return lines;
}

function parseRateLine(item: unknown, where: string): RateLine {
  const fields = fieldsOf(item, where);
  const type = fields.oneOf('type', ['incrementingRate', 'flatRate', 'flatRateTier']);
  const durationStart = fields.wholeNumber('durationStart', { least: 0, most: INT_MAX }, 0);
  if (type !== 'incrementingRate' && fields.has('incrementPeriod')) {
    throw fields.refuse('incrementPeriod', `left out of a ${type}`);
  }
  const line: RateLine = {
    type,
    durationStart,
    durationEnd: fields.has('durationEnd')
      ? fields.wholeNumber('durationEnd', { least: durationStart + 1, most: INT_MAX })
      : null,
    incrementPeriod:
      type === 'incrementingRate' ? fields.wholeNumber('incrementPeriod', { least: 1, most: INT_MAX }) : 0,
    valueMinor: fields.wholeNumber('valueMinor', PRICES),
  };
  fields.refuseOthers();
  return line;
}

function parseValidity(item: unknown, where: string): Validity {
  const fields = fieldsOf(item, where);
  const days = fields.list('days', parseDay, DAYS);
  if (days.length === 0) throw fields.refuse('days', 'a list of at least one day');
  const validity = { days, from: clockTime(fields, 'from', '00:00'), to: clockTime(fields, 'to', '24:00') };
  fields.refuseOthers();
  return validity;
}

function parseDay(item: unknown, where: string): TariffDay {
  return fieldsOf({ day: item }, where).oneOf('day', DAYS);
}

function parseMaxValue(item: unknown, where: string): MaxValue {
  const fields = fieldsOf(item, where);
  const period = fields.oneOf('period', ['visit', 'day', 'week', 'rolling24h', 'rolling7d']);
  const capScope = fields.oneOf('capScope', ['visit', 'plate'], 'visit');
  if (period === 'visit' && capScope === 'plate') {
    throw fields.refuse('capScope', 'visit where the period is the visit');
  }
  if (fields.has('resetTime') && period !== 'day' && period !== 'week') {
    throw fields.refuse('resetTime', `left out of a ${period}`);
  }
  const maxValue: MaxValue = {
    period,
    valueMinor: fields.wholeNumber('valueMinor', PRICES),
    capScope,
    resetTime: clockTime(fields, 'resetTime', '00:00'),
  };
  fields.refuseOthers();
  return maxValue;
}

function parsePermitTerms(fields: Fields): readonly PermitTerms[] {
  const terms = fields.list('permitTerms', parseTerms, []);
  const kinds = terms.map(({ kind }) => kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) throw fields.refuse('permitTerms', `such that kind '${twice}' does not stand there twice`);
  return terms;
}

function parseTerms(item: unknown, where: string): PermitTerms {
  const fields = fieldsOf(item, where);
  const terms: PermitTerms = {
    kind: fields.text('kind'),
    discountBasisPoints: fields.wholeNumber('discountBasisPoints', { least: 0, most: 10_000 }, 10_000),
    validity: fields.list('validity', parseValidity, []),
  };
  fields.refuseOthers();
  return terms;
}

function clockTime(fields: Fields, name: 'from' | 'to' | 'resetTime', fallback: string): string {
  const time = fields.text(name, fallback);
  const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(time) || (name === 'to' && time === '24:00');
  if (!isTime) throw fields.refuse(name, 'a time of day such as 07:00');
  return time;
}

const DAYS: readonly TariffDay[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'];
const INT_MAX = 2 ** 31 - 1;
/** Ten million in most currencies: far beyond any parking, and years of it stay far below 2^53. */
const PRICES = { least: 0, most: 1_000_000_000 };
/** A former stay is remembered for little longer. */
const REENTRY_MAX_MINUTES = 24 * 60;
