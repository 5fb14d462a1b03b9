import type { Candidate } from '../../records/records.ts';
import type { CameraTime } from '../cameras/camera-time.ts';

/** The way in which one vendor's cameras tell what they saw: a file in this folder each, parsing and mapping only. */
export interface CameraFormat {
  /** Its path is POST /v1/cameras/<name>; stands in a read's `source` too. */
  readonly name: string;
  /** What the vendor's cameras look for in the answer; without it they take theirs for lost and send it again. */
  readonly acknowledgement?: Readonly<Record<string, boolean>>;
  /**
   * What a body, or the words of a form, tell, in their order; nothing for heartbeats and what else is no recognition.
   * @throws {FormatError} it is not of this format
   */
  read(document: string): CameraEvent[];
}

/** One recognition in our words, but not yet at its place: which lane the camera stands at, configuration tells. */
export interface CameraEvent {
  /** What the camera calls itself: a serial number, a MAC address or a name. */
  readonly serial: string;
  /** The vendor's own id, the same when the event is sent again; empty: it has none. */
  readonly eventId: string;
  readonly capturedAt: CameraTime;
  /** Empty for a vehicle without a readable plate. */
  readonly plate: string;
  /** ISO 3166-1 alpha-2, XX when unknown. */
  readonly country: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly candidates: readonly Candidate[];
  /** The camera's word in lower case, or an angle in degrees; null: it says nothing. */
  readonly direction: string | number | null;
  /** The camera kept it while nobody answered, and says so. */
  readonly isBackfill: boolean;
  /** What came, this event alone and without images: the same format reads it again. */
  readonly original: string;
}

/** What came is not of the format. The message never quotes it: it may hold a plate. */
export class FormatError extends Error {
  override name = 'FormatError';
}
