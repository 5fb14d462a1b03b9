import type { TruePassage, TrueStay } from '../truth.ts';

/**
 * The truth of a world: that of a fleet, with labels and with lines for cameras. A label is the type of the
 * irregularity that the sequence should raise; a fault is what the simulator did, whether anything shows it or not.
 */
export type WorldTruthLine = WorldStay | WorldPassage | WorldCameraFault;

export interface WorldStay extends Omit<TrueStay, 'labels' | 'faults'> {
  readonly labels: readonly Label[];
  readonly faults: readonly WorldFault[];
}

export interface WorldPassage extends Omit<TruePassage, 'labels' | 'faults'> {
  /** Absent: nobody was there. */
  readonly vehicleId?: string;
  readonly labels: readonly Label[];
  readonly faults: readonly WorldFault[];
}

/** A camera that was not itself for a time. */
export interface WorldCameraFault {
  readonly kind: 'camera';
  readonly garageId: string;
  readonly cameraId: string;
  readonly from: string;
  readonly to: string;
  readonly labels: readonly Label[];
  readonly faults: readonly WorldFault[];
}

export interface WorldFault {
  readonly faultId: string;
  readonly kind: WorldFaultKind;
  /** The read that it befell; absent when it befell more, or when there is none because of it. */
  readonly readId?: string;
}

export type WorldFaultKind =
  | 'misread' | 'confused' | 'country_misread' | 'no_direction' | 'wrong_direction_read' | 'blank_read' | 'missed_entry'
  | 'missed_exit' | 'late' | 'backfilled' | 'redelivered' | 'duplicate'
  | 'skewed' | 'backed_out' | 'seen_again_inside' | 'seen_again_leaving'
  | 'tailgated' | 'straddled' | 'against_lane' | 'trailer'
  | 'no_front_plate' | 'ghost' | 'similar_plates' | 'overstayed'
  | 'camera_silent' | 'camera_degraded' | 'clock_skew';

/** Types of irregularities, as `parking.irregularities` has them. */
export type Label =
  | 'duplicate_read' | 'double_entry' | 'exit_without_entry' | 'double_exit' | 'missed_exit' | 'drive_through' | 'aaba'
  | 'reversed' | 'wrong_direction' | 'direction_unknown' | 'plate_mismatch' | 'country_mismatch' | 'plate_unreadable'
  | 'lane_straddle' | 'trailer_plate' | 'no_front_plate' | 'tailgating' | 'ghost_read' | 'two_places' | 'overstay'
  | 'camera_silent' | 'camera_degraded' | 'clock_skew' | 'late_arrival' | 'similar_inside';
