import { tariffOf } from '../garage-fleet.ts';
import type { CameraEntry, GarageEntry, LaneEntry } from '../garage-fleet.ts';

/** Who mostly parks in a garage, and so how long. */
export type GarageKind = 'centre' | 'office' | 'homes' | 'airport';

const KINDS: readonly GarageKind[] = ['centre', 'office', 'homes', 'airport'];

export function kindOf(index: number): GarageKind {
  return KINDS[index % KINDS.length]!;
}

/**
 * Garage `index` of a world: layout, cameras and kind differ from one to the next; every other
 * one has the same operator.
 */
export function worldGarage(prefix: string, index: number, capacity: number): GarageEntry {
  const garageId = `${prefix}-${String(index + 1).padStart(4, '0')}`;
  const layout = LAYOUTS[index % LAYOUTS.length]!;
  const laneIds = layout.map(({ direction }, lane) => `${garageId}-${direction}${lane + 1}`);
  return {
    garageId,
    operatorId: `operator-${1 + (index % 2)}`,
    name: `Garage ${index + 1}, ${kindOf(index)}`,
    timezone: 'Europe/Oslo',
    capacity,
    lanes: layout.map(({ direction, views }, lane): LaneEntry => ({
      laneId: laneIds[lane]!,
      direction,
      adjacent: laneIds.filter((_, other) => Math.abs(other - lane) === 1),
      cameras: views.map((view, camera): CameraEntry => ({
        cameraId: `${laneIds[lane]}-c${camera + 1}`,
        view,
        serial: `SN${(index * 97 + lane * 11 + camera + 1).toString(36).toUpperCase().padStart(6, '0')}`,
      })),
    })),
    tariffs: [tariffOf(index)],
  };
}

interface LanePlan {
  readonly direction: LaneEntry['direction'];
  readonly views: readonly CameraEntry['view'][];
}

const lane = (direction: LanePlan['direction'], ...views: LanePlan['views']): LanePlan => ({ direction, views });

/** The first camera of a lane sees fronts. */
const LAYOUTS: readonly (readonly LanePlan[])[] = [
  [lane('in', 'front', 'rear'), lane('in', 'front'), lane('out', 'front'), lane('out', 'front', 'overview')],
  [lane('in', 'front'), lane('out', 'front', 'rear')],
  [lane('both', 'front', 'rear')],
  [lane('in', 'front'), lane('both', 'front'), lane('out', 'front')],
  [lane('in', 'front'), lane('out', 'front')],
];
