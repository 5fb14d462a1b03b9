import { originOf } from '../../records/camera-read-decoder.ts';
import type { CameraRead } from '../../records/records.ts';
import type { CameraIndex } from '../cameras/garage-cameras.ts';
import type { GarageIndex } from './garage-index.ts';
import type { LaneIndex } from './garage-lanes.ts';

/** Where reads are made. */
export interface Origin {
  readonly garage: GarageIndex;
  readonly camera: CameraIndex;
  readonly lane: LaneIndex;
}

/**
 * Where reads were made, by the number that the decoder knows the three ids by. Mostly each read is of another garage than the one before:
 * three maps that nobody looked into for a while took 0.15 us of a read where there are 200 garages, 0.6 us where there are 2,000.
 */
export class MetOrigins {
  private readonly byNumber: (Origin | undefined)[] = [];
  private readonly garages: ReadonlyMap<string, GarageIndex>;

  constructor(garages: ReadonlyMap<string, GarageIndex>) {
    this.garages = garages;
  }

  /** Null: it has no number, or one of the three has not been met. */
  of(read: CameraRead): Origin | null {
    const number = originOf(read);
    if (number < 0) return null;
    const origin = this.byNumber[number];
    // Numbers are given anew when there are too many.
    return origin !== undefined && isOf(origin, read) ? origin : this.find(number, read);
  }

  private find(number: number, { garageId, cameraId, laneId }: CameraRead): Origin | null {
    const garage = this.garages.get(garageId);
    const camera = garage?.cameras.known(cameraId);
    const lane = garage?.lanes.known(laneId);
    if (garage === undefined || camera == null || lane == null) return null;
    while (this.byNumber.length <= number) this.byNumber.push(undefined);
    return (this.byNumber[number] = { garage, camera, lane });
  }
}

function isOf({ garage, camera, lane }: Origin, { garageId, cameraId, laneId }: CameraRead): boolean {
  return garage.garageId === garageId && camera.cameraId === cameraId && lane.laneId === laneId;
}
