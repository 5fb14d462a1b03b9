import type { CameraEntry } from '../garage-fleet.ts';
import type { ReadJson } from '../passage.ts';
import type { Plate } from '../plates.ts';
import type { Random } from '../random.ts';
import { confused } from './confused-character.ts';
import { BURST, DEGRADED, isWithin } from './camera-days.ts';
import type { CameraDays } from './camera-days.ts';
import { misreadChance } from './misread-chance.ts';
import { wrongPlate } from './plate-errors.ts';
import type { WorldRates } from './world-rates.ts';
import type { WorldFaultKind } from './world-truth.ts';

/** What of a read comes from looking at the vehicle. */
export interface Reading extends Pick<ReadJson, 'plate' | 'country' | 'confidence' | 'candidates' | 'direction'> {
  readonly faults: readonly WorldFaultKind[];
}

export interface Look {
  /** What stands on the vehicle's side that the camera sees; null: no plate there. */
  readonly plate: Plate | null;
  /** How many times more it is misread than plates are on average. */
  readonly dirt: number;
  /** A wrong reading that this vehicle's dirt makes likely, at every camera; null: none. */
  readonly usualMisread: string | null;
  /** The wrong reading of the same passage before this look, or null. */
  readonly misreadBefore: string | null;
  readonly movement: 'in' | 'out';
  readonly at: number;
}

/** One look of a camera at a vehicle. */
export function reading(look: Look, days: CameraDays, rates: WorldRates, random: Random): Reading {
  const seen = madeOut(look, days, rates, random);
  if (days.confusion === null) return seen;
  const plate = confused(seen.plate, days.confusion);
  return plate === seen.plate ? seen : { ...seen, plate, faults: [...seen.faults, 'confused'] };
}

/** But for what the camera always takes for something else. */
function madeOut(look: Look, days: CameraDays, rates: WorldRates, random: Random): Reading {
  const faults: WorldFaultKind[] = [];
  const direction = directionSeen(look.movement, days, rates, random, faults);
  const nothing = {
    plate: '', country: 'XX', confidence: confidence(0.25, 0.15, random), candidates: [], direction, faults,
  };
  if (look.plate === null) return nothing;

  const { plate } = look.plate;
  const hour = isWithin(days.degradations, look.at) ? DEGRADED : isWithin(days.bursts, look.at) ? BURST : 1;
  const misread = random.chance(misreadChance(days.misread, look.dirt, hour));
  const blank = misread && random.chance(rates.blank);
  if (blank) {
    faults.push('misread', 'blank_read');
    return nothing;
  }
  const country = countrySeen(look.plate.country, rates, random, faults);
  if (!misread) {
    const sure = confidence(
      rates.errors === 'look-alike' ? 0.9 : 0.82,
      rates.errors === 'look-alike' ? 0.07 : 0.12,
      random,
    );
    return {
      plate, country, confidence: sure, candidates: decoys(plate, 0.35, sure, rates, random), direction, faults,
    };
  }
  faults.push('misread');
  const wrong = wrongReading(look, plate, rates, random);
  const sure = confidence(0.74, 0.15, random);
  const candidates = decoys(plate, 0.4, sure, rates, random).filter((candidate) => candidate.plate !== wrong);
  if (random.chance(rates.truthAmongCandidates)) {
    candidates.push({ plate, confidence: rounded(sure * random.between(0.5, 1)) });
  }
  candidates.sort((one, other) => other.confidence - one.confidence);
  return { plate: wrong, country, confidence: sure, candidates, direction, faults };
}

function wrongReading(look: Look, plate: string, rates: WorldRates, random: Random): string {
  if (look.usualMisread !== null && random.chance(0.6)) return look.usualMisread;
  if (look.misreadBefore !== null && random.chance(0.3)) return look.misreadBefore;
  return wrongPlate(plate, rates.errors, random);
}

/** Readings that the camera thought of besides. */
function decoys(plate: string, share: number, sure: number, rates: WorldRates, random: Random): ReadJson['candidates'] {
  if (!rates.candidates || !random.chance(share)) return [];
  const decoy = {
    plate: wrongPlate(plate, rates.errors, random),
    confidence: rounded(sure * random.between(0.2, 0.9)),
  };
  return [decoy];
}

function directionSeen(
  movement: 'in' | 'out', days: CameraDays, rates: WorldRates, random: Random, faults: WorldFaultKind[],
): ReadJson['direction'] {
  const { directions } = days;
  const draw = random.next();
  if (directions === 'never' || draw < rates.noDirection) {
    faults.push('no_direction');
    return 'unknown';
  }
  if (directions === 'reversed' || draw < rates.noDirection + rates.wrongDirection) {
    faults.push('wrong_direction_read');
    return movement === 'in' ? 'out' : 'in';
  }
  return movement;
}

const COUNTRIES = ['NO', 'SE', 'DK', 'FI', 'DE', 'PL', 'NL', 'LT'];

function countrySeen(country: string, rates: WorldRates, random: Random, faults: WorldFaultKind[]): string {
  if (!random.chance(rates.countryMisread)) return country;
  faults.push('country_misread');
  const other = random.pick(COUNTRIES);
  return other === country || random.chance(0.4) ? 'XX' : other;
}

/** The camera's own word on how sure it is: right and wrong readings overlap. */
function confidence(mean: number, deviation: number, random: Random): number {
  return rounded(Math.max(0.05, Math.min(0.999, random.around(mean, deviation))));
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000;
}

/** The side of a vehicle that a camera sees. */
export function sideSeen({ view }: CameraEntry): 'front' | 'rear' {
  return view === 'rear' ? 'rear' : 'front';
}
