import { hash } from 'node:crypto';
import { RejectedError } from '../engine/stage.ts';
import type { Irregularity, Sighting, TwoPlacesDismissal } from '../records/records.ts';
import { resolvedIrregularity } from '../visits/stays/irregularities.ts';

/**
 * two_places: one plate in two garages of one operator at overlapping times. It is cloned, or
 * one of the two misread it.
 *
 * What is waited for: a vehicle is known to have been in a garage between an entry and an exit that are surely its own,
 * so one of the two stays must have both. The other garage must have read the plate (at an entry or at an exit) in
 * between. A stay that is open, unclosed or in review says nothing by itself: that its exit was missed is fifty times
 * likelier than a cloned plate. Whoever comes first, and in whatever order the stays are told, the pair is found when
 * the longer one is closed.
 */

/** Clocks of two garages differ; whoever drives from one to the other is read on both sides of the drive. */
const APART_MS = 5 * 60_000;
/** Below it, entry and exit may be two vehicles' that both read alike. */
const SURE_FROM = 0.9;

/** What one plate's stays say, and what was told of them: of the vehicles of one operator. */
export interface PlatePlaces {
  /** Each visit once, its newest revision. */
  readonly stays: readonly Stay[];
  /** Newest revisions, withdrawn ones too. */
  readonly told: readonly Irregularity[];
}

export type Stay =
  Pick<Sighting, 'garageId' | 'visitId' | 'revision' | 'status' | 'enteredAt' | 'exitedAt' | 'matchConfidence'>;

/** The irregularities of a plate as its stays now have them. An unchanged one is the same object as before. */
export function judgeTwoPlaces({ stays, told }: PlatePlaces, operatorId: string): readonly Irregularity[] {
  const found: (readonly [Stay, Stay])[] = [];
  for (const [index, one] of stays.entries()) {
    for (const other of stays.slice(index + 1)) if (areTwoPlaces(one, other)) found.push(inOrder(one, other));
  }
  if (found.length === 0 && told.length === 0) return told;
  const isAbout = ({ visitIds }: Irregularity, [one, other]: readonly [Stay, Stay]): boolean =>
    visitIds.includes(one.visitId) && visitIds.includes(other.visitId);
  const newest = told.map((known) => (found.some((pair) => isAbout(known, pair)) ? opened(known) : withdrawn(known)));
  for (const pair of found) {
    if (!told.some((known) => isAbout(known, pair))) newest.push(irregularityOf(pair, operatorId));
  }
  return newest;
}

/**
 * A person has looked at it: it is `resolved`, and stays so whatever is told of the two stays later; others of the same
 * plate may be two places again. One that is resolved already stays as it is.
 * @param garageId whose attendant says so
 * @throws {RejectedError} the garage has no such irregularity that is not withdrawn, or its stays are forgotten
 */
export function dismissedTwoPlaces(
  told: readonly Irregularity[], { irregularityId, issuedBy }: TwoPlacesDismissal, garageId: string,
): readonly Irregularity[] {
  const known = told.find((each) => each.irregularityId === irregularityId && each.garageId === garageId);
  if (known === undefined || known.status === 'withdrawn') {
    throw new RejectedError(
      'unknown_irregularity',
      'this garage has no such irregularity: the id is wrong, or its stays are long over',
    );
  }
  return known.status === 'resolved'
    ? told
    : told.map((each) => (each === known ? resolvedIrregularity(known, issuedBy) : each));
}

/** Nothing more will be told of the stays: what is still open has been there long enough for a person to see. */
export function settledTwoPlaces(known: Irregularity): Irregularity {
  return known.status === 'open'
    ? { ...known, revision: known.revision + 1, status: 'resolved', action: 'none: both vehicles have long left' }
    : known;
}

function areTwoPlaces(one: Stay, other: Stay): boolean {
  return one.garageId !== other.garageId && (isSeenDuring(one, other) || isSeenDuring(other, one));
}

function isSeenDuring(seen: Stay, { status, enteredAt, exitedAt, matchConfidence }: Stay): boolean {
  if (seen.status === 'withdrawn' || status !== 'closed' || enteredAt === null || exitedAt === null) return false;
  return matchConfidence >= SURE_FROM && [seen.enteredAt, seen.exitedAt].some((at) =>
    at !== null && at > enteredAt + APART_MS && at < exitedAt - APART_MS);
}

const beginOf = ({ enteredAt, exitedAt }: Stay): number => enteredAt ?? exitedAt ?? 0;

function inOrder(one: Stay, other: Stay): readonly [Stay, Stay] {
  const apart = beginOf(one) - beginOf(other);
  return apart < 0 || (apart === 0 && one.visitId < other.visitId) ? [one, other] : [other, one];
}

/** It stands with the garage that was entered later. */
function irregularityOf([first, second]: readonly [Stay, Stay], operatorId: string): Irregularity {
  // With the revisions, for both may later meet again under another plate; without the plate, that
  // could be guessed from it.
  const subjects = [first, second].map(({ visitId, revision }) => `${visitId} ${revision}`).join(' ');
  const subjectsName = hash('sha1', subjects, 'base64url').slice(0, NAME_LENGTH);
  return {
    irregularityId: `${ID_BEGINS}${second.visitId}-${subjectsName}`,
    revision: 1, status: 'open', type: 'two_places', operatorId,
    garageId: second.garageId, at: beginOf(second), cameraId: null,
    readIds: [], visitIds: [first.visitId, second.visitId], severity: 'warning', action: ACTION,
  };
}

/**
 * The visit that an irregularity of this id stands with, in the garage entered later; null: the id is of another type.
 */
export function visitOfTwoPlaces(irregularityId: string): string | null {
  return irregularityId.startsWith(ID_BEGINS) ? irregularityId.slice(ID_BEGINS.length, -(NAME_LENGTH + 1)) : null;
}

const ID_BEGINS = 'two_places-';
const NAME_LENGTH = 16;

const ACTION = 'none, both visits stand as they are: see by the pictures whether the plate is cloned or misread';

function opened(known: Irregularity): Irregularity {
  return known.status === 'withdrawn'
    ? { ...known, revision: known.revision + 1, status: 'open', action: ACTION }
    : known;
}

/** What a person has settled stays settled. */
function withdrawn(known: Irregularity): Irregularity {
  if (known.status !== 'open') return known;
  return {
    ...known,
    revision: known.revision + 1,
    status: 'withdrawn',
    action: 'withdrawn: the stays turned out not to overlap',
  };
}
