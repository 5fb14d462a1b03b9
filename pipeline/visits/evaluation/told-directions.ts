import type { CameraRead, Direction, Garage } from '../../records/records.ts';

/** What there was to see of the direction in reads, where the lane does not tell it alone. */
export interface ToldDirections {
  read(read: CameraRead): void;
  /** The camera saw it go that way against its one-way lane. */
  isAgainstLane(garageId: string, readId: string, direction: Direction): boolean;
  /** Neither the camera nor the lane told. */
  isUntold(garageId: string, readId: string): boolean;
}

export function openToldDirections(garages: readonly Garage[]): ToldDirections {
  const served = new Map(garages.flatMap(({ garageId, lanes }) =>
    lanes.map(({ laneId, direction }) => [`${garageId} ${laneId}`, direction] as const)));
  const against = new Map<string, Direction>();
  const untold = new Set<string>();
  return {
    read({ garageId, laneId, readId, direction }) {
      const lane = served.get(`${garageId} ${laneId}`) ?? 'both';
      const isAgainst = direction === 'IN' ? lane === 'out' : direction === 'OUT' && lane === 'in';
      if (isAgainst) against.set(`${garageId} ${readId}`, direction);
      else if (direction === 'UNKNOWN' && lane === 'both') untold.add(`${garageId} ${readId}`);
    },
    isAgainstLane: (garageId, readId, direction) => against.get(`${garageId} ${readId}`) === direction,
    isUntold: (garageId, readId) => untold.has(`${garageId} ${readId}`),
  };
}
