import type { Tariff } from '../../records/records.ts';

/** The newest tariff in force at an instant; undefined when there is none yet. `tariffs` are oldest first. */
export function tariffAt(tariffs: readonly Tariff[], at: number): Tariff | undefined {
  return tariffs.findLast(({ validFrom }) => validFrom <= at);
}
