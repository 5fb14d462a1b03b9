import { ALL_OPERATORS, type Caller } from '../../access/key-ring.ts';
import type { GlobalTable } from '../../engine/global-table.ts';
import { serialKey } from '../../garages/serial.ts';
import type { Camera, Garage } from '../../records/records.ts';

/** Where a camera stands, as its garage is configured. */
export interface CameraPlace {
  readonly garage: Garage;
  readonly laneId: string;
  readonly camera: Camera;
}

/** Whose cameras may be meant: those of an operator, or of some of its garages. */
export interface CameraScope {
  /** Empty: any operator. */
  readonly operatorId: string;
  /** Empty: all of the operator's garages. */
  readonly garageIds: readonly string[];
}

/** Whoever sends with a key means the cameras of the key's garages. */
export function scopeOf({ operatorId, garages }: Pick<Caller, 'operatorId' | 'garages'>): CameraScope {
  return { operatorId: operatorId === ALL_OPERATORS ? '' : operatorId, garageIds: garages };
}

export interface CameraIndex {
  /**
   * The place of the camera that calls itself so; null when no garage of the scope names it, or more than one
   * operator does and the scope does not tell which is meant.
   */
  find(serial: string, scope: CameraScope): CameraPlace | null;
  /** Whether any garage at all names it. */
  isNamed(serial: string): boolean;
}

/** Follows the garages' table. */
export function openCameraIndex(garages: Pick<GlobalTable<Garage>, 'entries' | 'onChange'>): CameraIndex {
  const places = new Map<string, CameraPlace[]>();
  const serialsOf = new Map<string, readonly string[]>();

  const take = (garageId: string, garage: Garage | undefined): void => {
    for (const serial of serialsOf.get(garageId) ?? []) {
      const others = places.get(serial)!.filter((place) => place.garage.garageId !== garageId);
      if (others.length === 0) places.delete(serial);
      else places.set(serial, others);
    }
    const named = garage === undefined ? [] : placesOf(garage);
    for (const place of named) {
      const serial = serialKey(place.camera.serial);
      places.set(serial, [...(places.get(serial) ?? []), place]);
    }
    serialsOf.set(garageId, named.map(({ camera }) => serialKey(camera.serial)));
  };

  for (const [garageId, garage] of garages.entries()) take(garageId, garage);
  garages.onChange(take);
  return {
    find(serial, scope) {
      const found = (places.get(serialKey(serial)) ?? []).filter(({ garage }) => isWithin(garage, scope));
      return found.length === 1 ? found[0]! : null;
    },
    isNamed: (serial) => places.has(serialKey(serial)),
  };
}

function placesOf(garage: Garage): CameraPlace[] {
  return garage.lanes.flatMap(({ laneId, cameras }) =>
    cameras.filter(({ serial }) => serial !== '').map((camera) => ({ garage, laneId, camera })));
}

function isWithin({ garageId, operatorId }: Garage, scope: CameraScope): boolean {
  return (scope.operatorId === '' || scope.operatorId === operatorId) &&
    (scope.garageIds.length === 0 || scope.garageIds.includes(garageId));
}
