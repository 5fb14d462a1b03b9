import { ownKey } from '../../pipeline/access/own-key.ts';
import { openReadSender } from '../../pipeline/replay/read-sender.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { isDay } from '../../pipeline/service/days.ts';
import { writeFleetFiles } from './fleet-files.ts';
import type { Fleet } from './generate.ts';
import { atRate, atSpeed } from './pace.ts';
import type { Pace } from './pace.ts';
import { fleetOf } from './profile.ts';
import type { AnyTruthLine } from './profile.ts';
import { requireOwnTarget } from '../target.ts';

/** `bomfri fleet`: the options as commander hands them over, all of them text. */
export interface FleetArguments {
  readonly seed: string;
  readonly garages: string;
  readonly vehicles: string;
  readonly days: string;
  readonly from: string;
  readonly profile: string;
  readonly lanes?: string;
  readonly prefix?: string;
  readonly out?: string;
  readonly to?: string;
  readonly rate?: string;
  readonly speedup?: string;
  readonly yes?: boolean;
}

export async function main(options: FleetArguments): Promise<void> {
  const fleet = fleetOf(options.profile, {
    seed: options.seed,
    garages: count('--garages', options.garages),
    vehicles: count('--vehicles', options.vehicles),
    days: count('--days', options.days),
    from: date(options.from),
    ...(options.lanes === undefined ? {} : { lanes: count('--lanes', options.lanes) }),
    ...(options.prefix === undefined ? {} : { idPrefix: options.prefix }),
  });
  if ((options.out === undefined) === (options.to === undefined)) {
    throw new Error('say where the reads go: --out DIR for files, or --to URL for an ingest service');
  }
  if (options.out !== undefined) {
    const { reads, stays, faults } = writeFleetFiles(fleet, options.out);
    console.log(
      `${options.out}: ${reads} reads of ${stays} stays, ${faults} faults among them, with garages, accounts and truth`,
    );
  } else {
    requireOwnTarget(options.to!, options.yes ?? false);
    await sendFleet(fleet, options.to!, pace(options, fleet));
  }
}

async function sendFleet(fleet: Fleet<AnyTruthLine>, url: string, inTurn: Pace): Promise<void> {
  const sender = openReadSender({ url, key: ownKey(readConfig()) });
  const { counts } = sender;
  const report = setInterval(() => console.log(`${counts.accepted} reads accepted`), 5000);
  try {
    for (const event of fleet.events()) {
      if (event.kind !== 'read') continue;
      await inTurn(event);
      await sender.send(event.read.garageId, event.read);
    }
    await sender.settled();
  } finally {
    clearInterval(report);
  }
  console.log(`${counts.accepted} reads accepted, ${counts.refused} refused`);
  if (counts.refused > 0) process.exitCode = 1;
}

function pace({ rate, speedup }: FleetArguments, fleet: Fleet<AnyTruthLine>): Pace {
  if (rate !== undefined && speedup !== undefined) throw new Error('--rate and --speedup exclude each other');
  if (rate !== undefined) return atRate(count('--rate', rate));
  return atSpeed(speedup === undefined ? 1 : count('--speedup', speedup), fleet.from);
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`${option} is '${text}', but must be a whole number from 1`);
  }
  return number;
}

function date(text: string): string {
  if (!isDay(text)) {
    throw new Error(`--from is '${text}', but must be a date such as 2026-09-01`);
  }
  return text;
}
