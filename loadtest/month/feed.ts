import type { Log, OutRecord } from '../../pipeline/engine/log.ts';
import { addPayments } from '../../pipeline/external-payments/main.ts';
import { applyGarages } from '../../pipeline/garages/apply.ts';
import { parseGarages } from '../../pipeline/garages/garages-file.ts';
import { applyOwners } from '../../pipeline/owners/apply.ts';
import { applyPermits } from '../../pipeline/permits/apply.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { partitionOf } from '../../pipeline/records/partition.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { MonthRead } from './month-reads.ts';
import type { MonthScript } from './month-script.ts';
import type { Slice } from './slices.ts';

/** Brings what happens to the topics, slice by slice. */
export interface Feed {
  /** Garages, permits and owners, once. */
  configure(): Promise<void>;
  /** What was paid elsewhere; every seventh payment is told twice. */
  payments(slice: Slice): Promise<void>;
  /** What the cameras deliver. @returns how many reads */
  reads(slice: Slice): Promise<number>;
}

export function openFeed(log: Log, ids: SchemaIds, script: MonthScript): Feed {
  const { garages, plates, owners, permits, payments } = script;
  const codec = openCodec('CameraRead', ids);
  const bySlice = readsBySlice(script);
  return {
    async configure() {
      const common = { log, ids, issuedBy: 'month', now: script.accounts.events[0]!.at };
      await applyGarages({ ...common, garages: parseGarages(garages) });
      await applyOwners({ ...common, owners: owners.map((owner) => ({ ...owner, name: '', address: '', email: '' })) });
      await applyPermits({
        ...common,
        permits: permits.map(({ garageId, ...permit }) => ({ ...permit, garages: [garageId], source: 'month' })),
      });
    },

    async payments({ index }) {
      const told = payments.filter(({ slice }) => slice === index)
        .map(({ slice: _, ...payment }) => ({ ...payment, provider: 'machine', currency: 'NOK' }));
      if (told.length > 0) await addPayments(log, ids, [...told, ...told.filter((_, n) => n % 7 === 0)]);
    },

    async reads({ index }) {
      const reads = bySlice.get(index) ?? [];
      const byPartition = Map.groupBy(reads, ({ garage }) =>
        partitionOf(garages[garage]!.garageId, partitionCounts.garage));
      // Not of the simulated time: the broker would delete what is older than the topic keeps.
      const timestamp = Date.now();
      await log.append([...byPartition].map(([partition, list]) => ({
        topic: topics.reads.name, partition, records: list.map((read) => recordOf(read, timestamp)),
      })));
      return reads.length;
    },
  };

  function recordOf({ readId, side, vehicle, garage, at, deliverAt }: MonthRead, timestamp: number): OutRecord {
    const { garageId } = garages[garage]!;
    const value = codec.encode({
      readId, garageId, cameraId: `${side}-1`, laneId: side,
      direction: side === 'in' ? 'IN' : 'OUT', ...plates.plate(vehicle),
      confidence: 0.98, candidates: [], capturedAt: at, receivedAt: deliverAt, source: 'month', timing: '',
    });
    return { key: Buffer.from(garageId), value, timestamp };
  }
}

/** In the order of delivery. */
function readsBySlice({ stays, slices }: MonthScript): Map<number, MonthRead[]> {
  const reads = stays.flatMap((stay) => stay.reads).sort((one, other) => one.deliverAt - other.deliverAt);
  let index = 0;
  return Map.groupBy(reads, ({ deliverAt }) => {
    while (deliverAt >= slices[index]!.to && index < slices.length - 1) index += 1;
    return index;
  });
}
