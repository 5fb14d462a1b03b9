import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sliceAt } from './slices.ts';
import type { MonthScript } from './month-script.ts';

type Cell = string | number | null;

/**
 * Writes what truly happens in a month as tables, one row a line, cells separated by tabs, times in UTC ms, an empty
 * cell for none: all that the recount is given.
 */
export function writeTruth(script: MonthScript, into: string): void {
  const dir = join(into, 'truth');
  mkdirSync(dir, { recursive: true });
  const table = (name: string, rows: readonly (readonly Cell[])[]): void =>
    writeFileSync(
      join(dir, `${name}.tsv`),
      rows.map((row) => `${row.map((cell) => cell ?? '').join('\t')}\n`).join(''),
    );
  const { slices, garages, accounts, owners, permits, payments, plates, stays } = script;
  const plateOf = (vehicle: number): [string, string] => [plates.plate(vehicle).country, plates.plate(vehicle).plate];

  table('closes', slices.map(({ index, billingDay, to }) => [index, billingDay, to]));
  table('garages', garages.flatMap(({ garageId, operatorId, tariffs }) =>
    tariffs.map(({ tariffVersion, validFrom }) => [garageId, operatorId, tariffVersion, Date.parse(validFrom)])));
  table('accounts', accounts.events.flatMap((event): Cell[][] => {
    const at = [sliceAt(slices, event.at), event.at, event.accountId, event.what];
    switch (event.what) {
      case 'create':
      case 'vehicles': return [[...at, ...event.vehicles.flatMap(plateOf)]];
      case 'card': return [[...at, event.token, event.expiryMonth]];
      default: return [at];
    }
  }));
  table('cards', accounts.cardTurns.map(({ slice, token, kind }) => [slice, token, kind]));
  table('owners', owners.map(({ country, plate, ownerRef }) => [country, plate, ownerRef]));
  table('invoices_paid', [...accounts.invoicesPaidAfter]);
  table('permits', permits.map(({ kind, country, plate, garageId, from, to, contractId, places }) =>
    [kind, country, plate, garageId, from, to, contractId, places]));
  table('payments', payments.map(({ slice, reference, garageId, country, plate, from, to, sumMinor }) =>
    [slice, reference, garageId, country, plate, from, to, sumMinor]));
  table('stays', stays.flatMap(({ stayId, garage, versions }) =>
    versions.map(({ slice, vehicle, enteredAt, exitedAt }) =>
      [slice, stayId, garages[garage]!.garageId, ...plateOf(vehicle), enteredAt, exitedAt])));
}
