import type { CameraRead } from '../../records/records.ts';
import { day, hour, minute, readOf, second } from '../test-garage.ts';

/** What happens to a read before it comes in; null: it is not made. Times are ms after start, a Sunday at midnight UTC. */
export type Befalls = (read: CameraRead, at: number) => CameraRead | null;

const LETTERS = 'ABCDEFHJKLNPRSTUVXYZ';

/**
 * Vehicles that come in every five minutes from 6 to 20 o'clock UTC, by two lanes in turn, and leave by a third an hour later;
 * each is read once at either end.
 */
export function traffic(days: number, befalls: Befalls = (read) => read): CameraRead[] {
  const reads: CameraRead[] = [];
  let vehicle = 0;
  for (let today = 0; today < days; today++) {
    for (let at = today * day + 6 * hour; at < today * day + 20 * hour; at += 5 * minute) {
      const plate = `${LETTERS[vehicle % 20]}${LETTERS[(vehicle * 7) % 20]}${10_000 + ((vehicle++ * 7_919) % 90_000)}`;
      for (const [laneId, seenAt] of [[vehicle % 2 === 0 ? 'in' : 'gate', at], ['out', at + hour + 2 * minute]] as const) {
        const direction = laneId === 'out' ? 'OUT' : 'IN';
        const read = readOf(laneId, seenAt, { plate, direction, readId: `${laneId}-${vehicle}` });
        const come = befalls({ ...read, receivedAt: read.capturedAt + second }, seenAt);
        if (come !== null) reads.push(come);
      }
    }
  }
  return reads.sort((one, other) => one.receivedAt - other.receivedAt);
}

export const isWithin = (at: number, from: number, to: number): boolean => at >= from && at < to;
