import type { Irregularity } from '../../records/records.ts';

/** A read without a plate: a camera saw a vehicle. Remembered for a horizon. */
export interface BlankRead {
  readonly garageId: string;
  readonly laneId: string;
  readonly cameraId: string;
  readonly readId: string;
  /** ms UTC, the camera's clock */
  readonly at: number;
  readonly isJudged: boolean;
  /** Newest revisions, withdrawn ones too. */
  readonly told: readonly Irregularity[];
  /** Garage clock at which it is judged, then at which it leaves. */
  readonly dueAt: number;
}
