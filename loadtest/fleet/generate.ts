import { openAccountBook } from './account-fleet.ts';
import type { AccountEntry } from './account-fleet.ts';
import type { Fault, FaultRates } from './faults.ts';
import { garageEntry } from './garage-fleet.ts';
import type { GarageEntry } from './garage-fleet.ts';
import { osloMidnight } from './oslo-time.ts';
import { seePassage } from './passage.ts';
import type { Delivery, Numbering, ReadJson, SeenPassage } from './passage.ts';
import { plateOf } from './plates.ts';
import { randomFor } from './random.ts';
import { staysOfDay } from './stays.ts';
import type { PlannedStay } from './stays.ts';
import type { TruthLine } from './truth.ts';

/**
 * The fleet simulator: garages, accounts, and the reads that cameras deliver, with the truth behind them. Everything
 * follows from the options; nothing here does I/O, so that k6 can run it too.
 */

export interface FleetOptions {
  readonly seed: string;
  readonly garages: number;
  /** Vehicles that come again; about a third of the stays are made by others besides. */
  readonly vehicles: number;
  readonly days: number;
  /** First day, YYYY-MM-DD, from midnight in Norway. */
  readonly from: string;
  readonly faults: FaultRates;
  /** Lanes of each garage; by default one to four. */
  readonly lanes?: number;
  /** Begins every garage, account and read id; by default made from the seed. */
  readonly idPrefix?: string;
  /** Where in the register of plates the fleet begins, so that fleets can have plates of their own. */
  readonly firstVehicle?: number;
}

/** `Line` is the form of its truth. */
export interface Fleet<Line = TruthLine> {
  readonly garages: readonly GarageEntry[];
  /** The period, UTC ms: from the first midnight to the one after the last day. */
  readonly from: number;
  readonly to: number;
  accounts(): Generator<AccountEntry>;
  /**
   * Reads in the order of their delivery, over all garages and so within each; at each day's end the truth of the stays
   * that began on it. Holds about a day in memory.
   */
  events(): Generator<FleetEvent<Line>>;
}

export type FleetEvent<Line = TruthLine> =
  | { readonly kind: 'read'; readonly deliverAt: number; readonly read: ReadJson }
  | { readonly kind: 'truth'; readonly line: Line };

export function generateFleet(options: FleetOptions): Fleet {
  const prefix = options.idPrefix ?? `fleet-${options.seed}`;
  const firstVehicle = options.firstVehicle ?? 0;
  const capacity = Math.ceil((options.vehicles / options.garages) * 1.5);
  const garages = Array.from({ length: options.garages }, (_, index) =>
    garageEntry(prefix, index, capacity, options.lanes ?? null));
  const book = openAccountBook(options.seed, prefix, options.vehicles, (vehicle) => plateOf(firstVehicle + vehicle));
  const from = osloMidnight(options.from);
  const to = osloMidnight(options.from, options.days);

  function* events(): Generator<FleetEvent> {
    const numberings = garages.map((garage) => numbering(garage.garageId));
    const freeAt = new Float64Array(options.vehicles);
    let stays = 0;
    let pending: Delivery[] = [];
    for (let day = 0; day < options.days; day++) {
      const truth: TruthLine[] = [];
      for (const stay of staysOfDay(options, options.from, day, osloMidnight(options.from, day), freeAt)) {
        const garage = garages[stay.garage]!;
        const seen = seeStay(stay, garage, numberings[stay.garage]!);
        pending.push(...seen.deliveries);
        truth.push(...seen.truth);
      }
      pending.sort((one, other) => one.deliverAt - other.deliverAt);
      const until = day === options.days - 1 ? Infinity : osloMidnight(options.from, day + 1);
      let due = 0;
      for (; due < pending.length && pending[due]!.deliverAt < until; due++) yield { kind: 'read', ...pending[due]! };
      pending = pending.slice(due);
      for (const line of truth) yield { kind: 'truth', line };
    }

    function seeStay(stay: PlannedStay, garage: GarageEntry, numbers: Numbering): SeenStay {
      const random = randomFor(options.seed, SEEING, stay.vehicle, Math.floor(stay.enteredAt / 1000));
      const vehicle = plateOf(firstVehicle + stay.vehicle);
      const see = (side: 'entry' | 'exit', at: number): SeenPassage => {
        const lanes = garage.lanes.filter((lane) =>
          lane.direction === 'both' || (lane.direction === 'in') === (side === 'entry'));
        return seePassage(
          { garageId: garage.garageId, lane: random.pick(lanes), side, vehicle, at },
          options.faults,
          random,
          numbers,
        );
      };
      const truth: TruthLine[] = [];
      const deliveries: Delivery[] = [];
      if (random.chance(options.faults.backedOut)) {
        const at = stay.enteredAt - random.whole(3 * MINUTE_MS, 8 * MINUTE_MS);
        const seen = see('entry', at);
        const fault: Fault = { faultId: numbers.faultId(), kind: 'backed_out' };
        deliveries.push(...seen.deliveries);
        truth.push({
          kind: 'passage', garageId: garage.garageId, readIds: seen.readIds, at: new Date(at).toISOString(),
          labels: ['backed_out'], faults: [fault, ...seen.faults],
        });
      }
      const entry = see('entry', stay.enteredAt);
      const stillInside = stay.exitedAt >= to;
      const exit = stillInside ? UNSEEN : see('exit', stay.exitedAt);
      deliveries.push(...entry.deliveries, ...exit.deliveries);
      truth.push({
        kind: 'stay',
        stayId: `${prefix}-s${++stays}`,
        garageId: garage.garageId,
        vehicleId: `${prefix}-v${stay.vehicle}`,
        ...vehicle,
        accountId: stay.vehicle < options.vehicles ? book.accountOf(stay.vehicle) : null,
        entryReadIds: entry.readIds,
        exitReadIds: exit.readIds,
        enteredAt: new Date(stay.enteredAt).toISOString(),
        exitedAt: stillInside ? null : new Date(stay.exitedAt).toISOString(),
        labels: [],
        faults: [...entry.faults, ...exit.faults],
      });
      return { truth, deliveries };
    }
  }

  return { garages, from, to, accounts: () => book.entries(), events };
}

interface SeenStay {
  readonly truth: readonly TruthLine[];
  readonly deliveries: readonly Delivery[];
}

const SEEING = 4;
const MINUTE_MS = 60_000;
const UNSEEN: SeenPassage = { readIds: [], deliveries: [], faults: [] };

function numbering(garageId: string): Numbering {
  let reads = 0;
  let faults = 0;
  return { readId: () => `${garageId}-r${++reads}`, faultId: () => `${garageId}-f${++faults}` };
}
