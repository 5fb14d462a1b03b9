import type { CameraRead, Garage } from '../../records/records.ts';
import { seenAt } from '../clock/garage-clock.ts';

/** Which reads came later than the allowed lateness after what their garage had seen by then; in the order of delivery. */
export interface LateReads {
  read(read: CameraRead): void;
  has(garageId: string, readId: string): boolean;
}

export function openLateReads(garages: readonly Garage[]): LateReads {
  const allowed = new Map(garages.map(({ garageId, settings }) => [garageId, settings.allowedLatenessMs]));
  const seenUntil = new Map<string, number>();
  const late = new Set<string>();
  return {
    read(read) {
      const { garageId, readId, capturedAt } = read;
      const until = seenUntil.get(garageId) ?? 0;
      if (capturedAt < until - (allowed.get(garageId) ?? 0)) late.add(`${garageId} ${readId}`);
      const at = seenAt(read);
      if (at > until) seenUntil.set(garageId, at);
    },
    has: (garageId, readId) => late.has(`${garageId} ${readId}`),
  };
}
