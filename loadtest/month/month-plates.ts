import { isCompanyFleet, plateOf, type Plate } from '../fleet/plates.ts';

/** Plates of the vehicles of a month by their numbers; none of company fleets, whose neighbours differ in one digit. */
export interface MonthPlates {
  plate(vehicle: number): Plate;
}

export function monthPlates(firstInRegister: number): MonthPlates {
  const numbers: number[] = [];
  let next = firstInRegister;
  return {
    plate(vehicle) {
      for (; numbers.length <= vehicle; next += 1) if (!isCompanyFleet(next - (next % 8))) numbers.push(next);
      return plateOf(numbers[vehicle]!);
    },
  };
}
