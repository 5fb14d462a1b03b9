import { readConfig } from '../service/config.ts';
import { requireDay } from '../service/days.ts';
import { withClickHouse } from '../warehouse/clickhouse.ts';
import { checkLedger } from './ledger-check.ts';
import { settlementOf } from './settlement.ts';

const FAULTS_SHOWN = 50;

/** `bomfri ledger check` @throws when a line has no owner, or two */
export async function check(): Promise<void> {
  await withClickHouse(async (client) => {
    const faults = await checkLedger(client);
    for (const { fault, entryId, ownerId } of faults.slice(0, FAULTS_SHOWN)) {
      console.log(`${fault}: entry ${entryId || '-'}, owner ${ownerId}`);
    }
    if (faults.length > 0) {
      throw new Error(`${faults.length} faults; while the warehouse is behind the topics some are to be expected`);
    }
    console.log('every line is owned by exactly one of open charge, captured charge, invoice, waived');
  });
}

/** `bomfri settlement DAY` */
export async function settlement(day: string): Promise<void> {
  requireDay(day);
  const { serviceZone } = readConfig();
  await withClickHouse(async (client) => {
    const rows = await settlementOf(client, day, serviceZone);
    const inMajor = (minor: number): string => (minor / 100).toFixed(2).padStart(14);
    const what = `${'operator'.padEnd(24)}${'merchant'.padEnd(16)}${'currency'.padEnd(9)}`;
    console.log(`${what}${'charges'.padStart(9)}${'sum'.padStart(14)}${'of it VAT'.padStart(14)}`);
    for (const { operatorId, merchant, currency, charges, grossMinor, vatMinor } of rows) {
      const who = `${operatorId.padEnd(24)}${merchant.padEnd(16)}${currency.padEnd(9)}`;
      console.log(`${who}${String(charges).padStart(9)}${inMajor(grossMinor)}${inMajor(vatMinor)}`);
    }
    if (rows.length === 0) console.log(`nothing was charged on ${day}`);
  });
}
