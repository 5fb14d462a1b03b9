import { noCandidates } from '../../records/no-candidates.ts';
import type { CameraRead, Candidate } from '../../records/records.ts';

/**
 * Many reads in the form that passes between threads quickest: few objects, numbers in arrays that are handed over
 * instead of copied. What reads share (where, which way, which country) stands there once.
 */
export interface PackedReads {
  readonly shared: readonly SharedFields[];
  /** Of each read, the place of its shared fields. */
  readonly sharedAt: Uint32Array;
  readonly readIds: readonly string[];
  readonly plates: readonly string[];
  /** capturedAt, receivedAt and confidence of each read. */
  readonly numbers: Float64Array;
  readonly candidateCounts: Uint8Array;
  readonly candidatePlates: readonly string[];
  readonly candidateConfidences: Float64Array;
}

type SharedFields = Pick<CameraRead, 'garageId' | 'cameraId' | 'laneId' | 'direction' | 'country' | 'source' | 'timing'>;

export function packReads(reads: readonly CameraRead[]): PackedReads {
  const shared: SharedFields[] = [];
  const places = new Map<string, number>();
  const sharedAt = new Uint32Array(reads.length);
  const numbers = new Float64Array(3 * reads.length);
  const candidateCounts = new Uint8Array(reads.length);
  const candidatePlates: string[] = [];
  const confidences: number[] = [];
  for (let at = 0; at < reads.length; at++) {
    const read = reads[at]!;
    const { garageId, cameraId, laneId, direction, country, source, timing } = read;
    const key = `${garageId}\n${cameraId}\n${laneId}\n${direction}\n${country}\n${source}\n${timing}`;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = shared.length));
      shared.push({ garageId, cameraId, laneId, direction, country, source, timing });
    }
    sharedAt[at] = place;
    numbers[3 * at] = read.capturedAt;
    numbers[3 * at + 1] = read.receivedAt;
    numbers[3 * at + 2] = read.confidence;
    candidateCounts[at] = read.candidates.length;
    for (const { plate, confidence } of read.candidates) {
      candidatePlates.push(plate);
      confidences.push(confidence);
    }
  }
  return {
    shared, sharedAt, numbers, candidateCounts, candidatePlates,
    readIds: reads.map(({ readId }) => readId), plates: reads.map(({ plate }) => plate),
    candidateConfidences: Float64Array.from(confidences),
  };
}

/** The arrays whose memory can be handed over to the other thread. */
export function transferable({ sharedAt, numbers, candidateCounts, candidateConfidences }: PackedReads): ArrayBuffer[] {
  return [sharedAt, numbers, candidateCounts, candidateConfidences].map(({ buffer }) => buffer as ArrayBuffer);
}

export function unpackReads(packed: PackedReads): CameraRead[] {
  const { shared, sharedAt, readIds, plates, numbers, candidateCounts } = packed;
  const reads: CameraRead[] = [];
  let nextCandidate = 0;
  for (let at = 0; at < readIds.length; at++) {
    const { garageId, cameraId, laneId, direction, country, source, timing } = shared[sharedAt[at]!]!;
    const count = candidateCounts[at]!;
    reads.push({
      readId: readIds[at]!, garageId, cameraId, laneId, direction, plate: plates[at]!, country, confidence: numbers[3 * at + 2]!,
      candidates: count === 0 ? noCandidates : candidatesOf(packed, nextCandidate, count),
      capturedAt: numbers[3 * at]!, receivedAt: numbers[3 * at + 1]!, source, timing,
    });
    nextCandidate += count;
  }
  return reads;
}

function candidatesOf({ candidatePlates, candidateConfidences }: PackedReads, first: number, count: number): Candidate[] {
  return Array.from({ length: count }, (_, at) => ({
    plate: candidatePlates[first + at]!, confidence: candidateConfidences[first + at]!,
  }));
}
