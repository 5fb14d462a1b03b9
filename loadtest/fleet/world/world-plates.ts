import { isCompanyFleet, FLEET_SIZE, plateOf, scatter } from '../plates.ts';
import type { Plate } from '../plates.ts';
import { randomFor } from '../random.ts';

/**
 * Plates of a world's vehicles: the register, with more foreign and more personalised ones, and more company fleets.
 */
export interface WorldPlates {
  /**
   * @param vehicle regular ones first, then each stranger a number of its own
   * @param garage of a regular vehicle its own, of a stranger where it comes to
   */
  plateOf(vehicle: number, garage: number): Plate;
  /** The company car's company, null: no company car. */
  companyOf(vehicle: number): number | null;
}

/** @param companies share of the regular vehicles that are company cars */
export function openWorldPlates(seed: string, vehicles: number, companies: number): WorldPlates {
  const blocks = Math.ceil(vehicles / FLEET_SIZE);
  const registerBlocks = new Int32Array(blocks);
  const isCompany = new Uint8Array(blocks);
  let company = 0;
  let ordinary = 0;
  for (let block = 0; block < blocks; block++) {
    const wanted = randomFor(seed, COMPANIES, block).chance(companies);
    if (wanted) {
      while (!isCompanyFleet(company * FLEET_SIZE)) company++;
      isCompany[block] = 1;
      registerBlocks[block] = company++;
    } else {
      while (isCompanyFleet(ordinary * FLEET_SIZE)) ordinary++;
      registerBlocks[block] = ordinary++;
    }
  }
  const firstStranger = Math.max(company, ordinary) * FLEET_SIZE;
  return {
    plateOf(vehicle) {
      if (vehicle >= vehicles) return visitorPlate(firstStranger + vehicle - vehicles);
      const block = Math.floor(vehicle / FLEET_SIZE);
      const number = registerBlocks[block]! * FLEET_SIZE + (vehicle % FLEET_SIZE);
      return isCompany[block] === 1 ? plateOf(number) : visitorPlate(number);
    },
    companyOf(vehicle) {
      const block = Math.floor(vehicle / FLEET_SIZE);
      return vehicle < vehicles && isCompany[block] === 1 ? block : null;
    },
  };
}

const COMPANIES = 21;

function visitorPlate(number: number): Plate {
  const draw = randomFor('abroad', number).next();
  if (draw < 0.015) return { country: 'DE', plate: german(number) };
  if (draw < 0.025) return { country: 'FI', plate: finnish(number) };
  if (draw < 0.035) return { country: 'PL', plate: polish(number) };
  if (draw < 0.05) return { country: 'NO', plate: personalised(number) };
  return plateOf(number);
}

const TOWNS = ['B', 'M', 'K', 'F', 'S', 'HH', 'HB', 'KI', 'HL', 'RO', 'FL', 'DO', 'BOR', 'WOB', 'NOM', 'SLS'];
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';

/** A town of one to three letters, two letters, one to four digits. */
function german(number: number): string {
  const draw = scatter(number, TOWNS.length * LETTERS.length ** 2 * 9999);
  const word = Math.floor(draw / 9999);
  return TOWNS[word % TOWNS.length]! + letters(Math.floor(word / TOWNS.length), 2) + (1 + (draw % 9999));
}

function finnish(number: number): string {
  const draw = scatter(number, LETTERS.length ** 3 * 900);
  return letters(Math.floor(draw / 900), 3) + (100 + (draw % 900));
}

/** Two or three letters of the county, four or five digits. */
function polish(number: number): string {
  const draw = scatter(number, LETTERS.length ** 2 * 90_000);
  return `W${letters(Math.floor(draw / 90_000), 2)}${10_000 + (draw % 90_000)}`;
}

/** A made-up word of five letters, some with a digit or two behind it: of no country's form. */
function personalised(number: number): string {
  const consonants = 'BDFHJKLNPRSTVX';
  const vowels = 'AEUY';
  let rest = scatter(number, consonants.length ** 3 * vowels.length ** 2 * 100);
  const digits = rest % 100;
  rest = Math.floor(rest / 100);
  let word = '';
  for (const set of [consonants, vowels, consonants, vowels, consonants]) {
    word += set[rest % set.length]!;
    rest = Math.floor(rest / set.length);
  }
  return digits < 50 ? word + digits : word.slice(0, 4) + digits;
}

function letters(number: number, length: number): string {
  let rest = number;
  let word = '';
  for (let place = 0; place < length; place++) {
    word += LETTERS[rest % LETTERS.length]!;
    rest = Math.floor(rest / LETTERS.length);
  }
  return word;
}
