import { RejectedError } from '../engine/stage.ts';
import { isConfidence, MAX_AHEAD_MS } from '../ingest/check-read.ts';
import { normalisePlate } from '../records/plate.ts';
import type { CameraRead, Control, ReviewAction } from '../records/records.ts';

/**
 * What Avro can't say of a read: whoever writes to the reads topic past ingest is held to the same.
 * @param writtenAt timestamp of its record
 * @throws {RejectedError} without what stood in the read: it may be a plate
 */
export function checkRead(read: CameraRead, writtenAt: number): void {
  if (read.garageId === '' || read.cameraId === '' || read.laneId === '' || read.readId === '') {
    throw new RejectedError('empty_id', 'garageId, cameraId, laneId and readId must not be empty');
  }
  const { capturedAt, receivedAt } = read;
  if (!isInstant(capturedAt) || !isInstant(receivedAt)) {
    throw new RejectedError('impossible_time', 'capturedAt and receivedAt must be from 1970 to 9999');
  }
  if (capturedAt > receivedAt + MAX_AHEAD_MS) {
    throw new RejectedError('captured_in_future', 'capturedAt is more than 24 hours after receivedAt');
  }
  if (receivedAt > latestAt(writtenAt)) {
    throw new RejectedError('received_in_future', `receivedAt ${AHEAD_OF_RECORD}`);
  }
  checkReading(read);
}

/** What is no number from 0 to 1 would be learned from when the stay leaves the state, two days later, and stop its garage for good. */
function checkReading({ plate, confidence, candidates }: CameraRead): void {
  if (!isConfidence(confidence) || !candidates.every((candidate) => isConfidence(candidate.confidence))) {
    throw new RejectedError('impossible_confidence', 'confidence, and that of each candidate, must be from 0 to 1');
  }
  if (!isNormal(plate)) throw new RejectedError('impossible_plate', NORMAL_PLATE);
}

/** As accounts, permits and other garages have the plate: written otherwise it is nobody's. */
function isNormal(plate: string): boolean {
  const normal = normalisePlate(plate);
  return 'plate' in normal && normal.plate === plate;
}

const NORMAL_PLATE = 'the plate must be of upper-case letters and digits, at most 16, without separators';

/** What each review action can't do without. */
export const reviewNeeds: Readonly<Record<ReviewAction, readonly (keyof Control)[]>> = {
  review_confirm: ['visitId'],
  review_split: ['visitId'],
  review_merge: ['visitId', 'otherVisitId'],
  review_correct: ['visitId', 'plate', 'country'],
  review_dismiss: ['irregularityId'],
};

const controlTypes: readonly string[] = [
  'clock_advance', 'hold', 'release', 'configuration', 'recount', ...Object.keys(reviewNeeds),
];

/**
 * @param writtenAt timestamp of its record
 * @throws {RejectedError} the record lacks what its type needs, or its type is not known
 */
export function checkControl(control: Control, writtenAt: number): void {
  if (control.subject === '') throw new RejectedError('empty_id', 'subject must be a garageId');
  if (!controlTypes.includes(control.type)) {
    throw new RejectedError('unknown_control', `type must be one of ${controlTypes.join(', ')}`);
  }
  if (control.type === 'clock_advance' && (control.to === null || !isInstant(control.to))) {
    throw new RejectedError('impossible_time', 'a clock_advance needs `to`, from 1970 to 9999');
  }
  if (control.type === 'recount') {
    if (control.to === null || !isInstant(control.to)) {
      throw new RejectedError('impossible_time', 'a recount needs `to`, from 1970 to 9999');
    }
    if (control.count == null || control.count < 0) {
      throw new RejectedError('impossible_count', 'a recount needs `count`, 0 or more');
    }
  }
  const { to } = control;
  if ((control.type === 'clock_advance' || control.type === 'recount') && to! > latestAt(writtenAt)) {
    throw new RejectedError('in_future', `\`to\` ${AHEAD_OF_RECORD}`);
  }
  if (isReviewAction(control.type)) checkReview(control, reviewNeeds[control.type]);
  if (control.type === 'configuration' && control.version === null) {
    throw new RejectedError('no_version', 'a configuration record needs `version`');
  }
}

export function isReviewAction(type: Control['type']): type is ReviewAction {
  return type in reviewNeeds;
}

function checkReview(control: Control, needs: readonly (keyof Control)[]): void {
  for (const field of needs) {
    if (control[field] == null || control[field] === '') {
      throw new RejectedError('incomplete_review', `a ${control.type} needs \`${field}\``);
    }
  }
  if (control.type !== 'review_correct') return;
  if (!isNormal(control.plate!)) throw new RejectedError('impossible_plate', NORMAL_PLATE);
  if (!/^[A-Z]{2}$/.test(control.country!)) throw new RejectedError('impossible_country', 'the country must be of two letters');
}

const LAST_MS = Date.UTC(9999, 11, 31);

/**
 * The latest instant that a record can speak of. A garage clock never goes back, so one time years ahead would make all that comes
 * later too late, for good. Held against the record's own timestamp, which the broker keeps within an hour of its clock, and
 * not against the time of the day: so a record that is read again is judged as it was.
 */
function latestAt(writtenAt: number): number {
  return writtenAt + 3_600_000;
}

const AHEAD_OF_RECORD = 'is more than an hour after the timestamp of the record';

function isInstant(ms: number): boolean {
  return ms > 0 && ms <= LAST_MS;
}
