import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../configuration/json-fields.ts';
import { tariffAt } from '../pricing/tariff/tariff-in-force.ts';
import type { Garage, Tariff } from '../records/records.ts';

/**
 * Holds what a garage is to become against what it is: a tariff that was in force by `now` (UTC ms) stays as it is, and
 * for as long as it was, so that visits which are priced again cost the same.
 * @throws {ConfigurationError} such a tariff differs or is left out, or another is to be in force when it was
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
  for (const { tariffVersion, validFrom } of garage.tariffs) {
    const isKnown = present.tariffs.some((one) => one.tariffVersion === tariffVersion && one.validFrom === validFrom);
    if (isKnown || validFrom >= now || tariffAt(present.tariffs, validFrom) === undefined) continue;
    throw new ConfigurationError(
      `garage '${garage.garageId}': the validFrom of tariff '${tariffVersion}' is past, and another was in force then: ` +
        'it may be now or later',
    );
  }
}

/** Cloned, for decoded records are of a class of their own. */
function isSame(one: Tariff, other: Tariff): boolean {
  return isDeepStrictEqual(structuredClone(one), structuredClone(other));
}
