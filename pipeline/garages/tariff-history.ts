import { isDeepStrictEqual } from 'node:util';
import { ConfigurationError } from '../configuration/json-fields.ts';
import { tariffAt } from '../pricing/tariff/tariff-in-force.ts';
import type { Garage, Tariff } from '../records/records.ts';

/**
 * Holds what a garage is to become against what it is: a tariff that was in force by `now` (UTC ms) stays as it is, and
 * for as long as it was, by the same clock, so that visits which are priced again cost the same.
 * @throws {ConfigurationError} such a tariff differs or is left out, another is to be in force when it was, or the
 *   timezone differs that its hours, days and weeks went by
 */
export function refuseChangedTariffs(garage: Garage, present: Garage, now: number): void {
  const past = present.tariffs.filter(({ validFrom }) => validFrom <= now);
  if (past.length > 0 && garage.timezone !== present.timezone) {
    throw new ConfigurationError(
      `garage '${garage.garageId}': tariff '${past[0]!.tariffVersion}' was in force by timezone '${present.timezone}', ` +
        'which can\'t be changed any more: keep it, or begin with another garageId',
    );
  }
  for (const tariff of past) {
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
