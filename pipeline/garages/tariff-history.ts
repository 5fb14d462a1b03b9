import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../configuration/json-fields.ts';
import type { Garage, Tariff } from '../records/records.ts';

/**
 * Holds what a garage is to become against what it is: a tariff that was in force by `now` (UTC ms) stays as it is, so
 * that visits which are priced again cost the same.
 * @throws {ConfigurationError} such a tariff differs or is left out
 */
export function refuseChangedTariffs(garage: Garage, present: Garage, now: number): void {
  for (const tariff of present.tariffs.filter(({ validFrom }) => validFrom <= now)) {
    const { tariffVersion } = tariff;
    const kept = garage.tariffs.find((other) => other.tariffVersion === tariffVersion);
    if (kept !== undefined && isSame(kept, tariff)) continue;
    throw new ConfigurationError(
      `garage '${garage.garageId}': tariff '${tariffVersion}' was in force and can't be changed or left out: ` +
        'add another with a later validFrom',
    );
  }
}

/** Cloned, for decoded records are of a class of their own. */
function isSame(one: Tariff, other: Tariff): boolean {
  return isDeepStrictEqual(structuredClone(one), structuredClone(other));
}
