import type { PlateEvidence } from '../../pipeline/visits/matching/evidence.ts';
import { voted, type VotingRead } from '../../pipeline/visits/matching/vote.ts';
import type { ReadJson } from '../fleet/passage.ts';
import { fleetOf } from '../fleet/profile.ts';

/** A true stay of a simulated world as the cameras saw it. */
export interface SeenStay {
  readonly vehicleId: string;
  readonly plate: string;
  /** Votes of the passages. */
  readonly entry: PlateEvidence;
  readonly exit: PlateEvidence;
}

/** Stays of which both passages were read, one a vehicle, in the order of the truth: fleets stand together. */
export function seenStays(profile: string, seed: string, vehicles: number): SeenStay[] {
  const fleet = fleetOf(profile, { seed, garages: 1, vehicles, days: 3, from: '2026-09-01' });
  const rearCameras = new Set(fleet.garages.flatMap(({ lanes }) =>
    lanes.flatMap(({ cameras }) => cameras.filter(({ view }) => view === 'rear').map(({ cameraId }) => cameraId))));
  const reads = new Map<string, ReadJson>();
  const stays = new Map<string, SeenStay>();
  const vote = (readIds: readonly string[]): PlateEvidence | null => {
    const voting = readIds.map((readId): VotingRead => {
      const read = reads.get(readId)!;
      return { ...read, isRear: rearCameras.has(read.cameraId) };
    });
    return voting.some(({ plate }) => plate !== '') ? voted(voting) : null;
  };
  for (const event of fleet.events()) {
    if (event.kind === 'read') {
      reads.set(event.read.readId, event.read);
    } else if (event.line.kind === 'stay' && !stays.has(event.line.vehicleId)) {
      const { vehicleId, plate, entryReadIds, exitReadIds } = event.line;
      const entry = vote(entryReadIds.filter((readId) => reads.has(readId)));
      const exit = vote(exitReadIds.filter((readId) => reads.has(readId)));
      if (entry !== null && exit !== null) stays.set(vehicleId, { vehicleId, plate, entry, exit });
    }
  }
  return [...stays.values()];
}
