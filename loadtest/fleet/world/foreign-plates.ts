import type { Plate } from '../plates.ts';
import { FLEET_SIZE, scatter } from '../plates.ts';
import { randomFor } from '../random.ts';
import type { WorldPlates } from './world-plates.ts';

/** A country's form of plates: one to one for the first 800,000 vehicles, of which 50,000 may be regular. */
interface Form {
  readonly country: string;
  ordinary(vehicle: number): string;
  /** Cars of a company, whose plates follow each other. @param car from 0 to FLEET_SIZE - 1 */
  company(company: number, car: number): string;
}

/**
 * Plates of a world abroad: the garages by turns German and British, the first one by the seed.
 *
 * @param companyOf as of `WorldPlates`
 */
export function openForeignPlates(seed: string, companyOf: WorldPlates['companyOf']): WorldPlates {
  const first = randomFor(seed, FORM).whole(0, FORMS.length - 1);
  return {
    plateOf(vehicle, garage): Plate {
      const { country, ordinary, company } = FORMS[(first + garage) % FORMS.length]!;
      const block = companyOf(vehicle);
      return { country, plate: block === null ? ordinary(vehicle) : company(block, vehicle % FLEET_SIZE) };
    },
    companyOf,
  };
}

const FORM = 33;

/** Without I and Q, and in words without X, which begins those of companies. */
const LETTERS = 'ABCDEFGHJKLMNOPRSTUVWXYZ';
const WORD_LETTERS = LETTERS.replace('X', '');

const HOME_TOWN = 'HH';
/** None begins another one or the home town, so that a plate without its space is still one vehicle's. */
const OTHER_TOWNS = ['B', 'M', 'K', 'F', 'S', 'N', 'DO', 'GT', 'EU', 'RO', 'PI', 'WOB', 'LDK', 'OHZ', 'CUX', 'VER'];

/**
 * A town of one to three letters (every third car's the garage's own), one or two letters, one to
 * four digits, E if electric.
 */
const german: Form = {
  country: 'DE',
  ordinary(vehicle) {
    const towns = vehicle % 3 === 0 ? [HOME_TOWN] : OTHER_TOWNS;
    const words = WORD_LETTERS.length * (1 + SECOND_LETTERS.length);
    const draw = scatter(vehicle, towns.length * words * NUMBERS);
    const word = Math.floor(draw / NUMBERS) % words;
    const second = SECOND_LETTERS[Math.floor(word / WORD_LETTERS.length) - 1] ?? '';
    const isElectric = randomFor('electric abroad', vehicle).chance(0.06);
    return towns[Math.floor(draw / (words * NUMBERS))]! + WORD_LETTERS[word % WORD_LETTERS.length]! + second +
      (1 + (draw % NUMBERS)) + (isElectric ? 'E' : '');
  },
  company(company, car) {
    const draw = scatter(company, LETTERS.length * RUNS);
    return `${HOME_TOWN}X${LETTERS[Math.floor(draw / RUNS)]}${100 + (draw % RUNS) * 10 + car}`;
  },
};

const SECOND_LETTERS = 'AEKLRS';
/** 1 to this, so that half of the plates have four digits, and half fewer. */
const NUMBERS = 1999;
/** Tens from 100 on that a company's cars may have. */
const RUNS = 300;

const AREAS = ['LA', 'LC', 'LD', 'LF', 'LK', 'BD', 'KX', 'YJ'];
const YEARS = ['17', '67', '18', '68', '19', '69', '20', '70', '21', '71', '22', '72', '23', '73', '24', '74'];

/** Two letters of the area, the half-year in two digits, three letters. */
const british: Form = {
  country: 'GB',
  ordinary(vehicle) {
    const words = WORD_LETTERS.length * LETTERS.length ** 2;
    const draw = scatter(vehicle, AREAS.length * YEARS.length * words);
    const word = draw % words;
    return areaAndYear(Math.floor(draw / words)) + WORD_LETTERS[word % WORD_LETTERS.length]! +
      LETTERS[Math.floor(word / WORD_LETTERS.length) % LETTERS.length]! +
      LETTERS[Math.floor(word / (WORD_LETTERS.length * LETTERS.length))]!;
  },
  company(company, car) {
    const runs = LETTERS.length / FLEET_SIZE;
    const draw = scatter(company, AREAS.length * YEARS.length * LETTERS.length * runs);
    const word = draw % (LETTERS.length * runs);
    return `${areaAndYear(Math.floor(draw / (LETTERS.length * runs)))}X${LETTERS[Math.floor(word / runs)]}` +
      LETTERS[(word % runs) * FLEET_SIZE + car]!;
  },
};

function areaAndYear(number: number): string {
  return AREAS[number % AREAS.length]! + YEARS[Math.floor(number / AREAS.length)]!;
}

const FORMS: readonly Form[] = [german, british];
