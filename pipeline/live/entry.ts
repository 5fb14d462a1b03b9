import { defaultSettings } from '../garages/garages-file.ts';
import type { Charge, ClockMove, Control, Irregularity, Occupancy, Visit } from '../records/records.ts';
import { waitsForPerson } from '../visits/review/review-evidence.ts';

/**
 * What the newest revision of something counts for, in Redis. Taking in a revision takes back what the former one
 * counted, so a record that comes twice, or late, changes nothing.
 */
export interface Entry {
  /** Unique over all kinds; what is remembered of the entry stands under it. */
  readonly id: string;
  readonly revision: number;
  /** Of two with one revision the one that was told later counts, not the first. */
  readonly latestHolds?: true;
  readonly garageId: string | null;
  /** A day of the garage that it tells of; the newest one is kept. */
  readonly garageDay: string | null;
  readonly counts: readonly Count[];
  /** How long the entry is remembered, so that later revisions count right; null: for good. */
  readonly rememberSeconds: number | null;
  /** A place in the list of irregularities, or none. */
  readonly listed: Listed | null;
  /** A place among what waits for a person in the garage, or none. */
  readonly waiting: Waiting | null;
  /** Newest instant of the garage that it tells of, ms UTC; the newest of all is kept. */
  readonly garageAt: number | null;
  /** Remembered as it is, for whoever asks for the entry; null: nothing. */
  readonly text: string | null;
}

export interface Waiting {
  readonly at: number;
  /** The visit, then why it waits: what waits of one visit stands together. */
  readonly member: string;
  /** A `WaitingText` as JSON. */
  readonly text: string;
}

export interface WaitingText {
  readonly visitId: string;
  readonly type: string;
  /** Null: the visit itself is in review. */
  readonly irregularityId: string | null;
}

/** What became of a control record. */
export interface ControlOutcome {
  readonly controlId: string;
  readonly garageId: string;
  readonly type: string;
  /** pending: on its way to the rules */
  readonly status: 'pending' | 'applied' | 'refused';
  /** Of one that was refused: a short word, and what a person reads; empty otherwise. */
  readonly reason: string;
  readonly message: string;
}

/** Under which Redis has what waits in a garage, by time; and what is known of each. */
export const waitingKey = (garageId: string): string => `garage:${garageId}:waiting`;
export const waitingTextsKey = (garageId: string): string => `garage:${garageId}:waiting-texts`;
/** Field of a garage's hash: the newest instant that it has told of. */
export const AT_FIELD = 'at';
export const controlKey = (controlId: string): string => `control:${controlId}`;

export interface Count {
  /** The hash that it stands in, with the time after which nothing asks for it; null: never. */
  readonly hash: string;
  readonly keepSeconds: number | null;
  readonly field: string;
  readonly amount: number;
}

export interface Listed {
  readonly at: number;
  /** What the list shows, as JSON. */
  readonly text: string;
}

const DAY_SECONDS = 86_400;

/** How much longer than a horizon, within which a closed visit may get another revision. */
const CLOSED_VISIT_SECONDS = 14 * DAY_SECONDS;
/** As long as the topics keep the records themselves. */
const IRREGULARITY_SECONDS = 90 * DAY_SECONDS;
const CHARGE_SECONDS = 400 * DAY_SECONDS;
const CONTROL_SECONDS = 90 * DAY_SECONDS;
const DAY_COUNTS_SECONDS = 14 * DAY_SECONDS;

/** Hash with the counts of a garage, and the one of a day in it. */
export const garageHash = (garageId: string): string => `garage:${garageId}`;
export const garageDayHash = (garageId: string, day: string): string => `garage:${garageId}:day:${day}`;
/** Field of a garage's hash: the newest day that it has told of. */
export const DAY_FIELD = 'day';
export const chargesHash = 'charges';

/** Field of a garage's hash: vehicles likely inside beyond its open visits. */
export const BEYOND_OPEN_FIELD = 'beyond-open';

/** Fields of a garage's hash for irregularities begin with it. */
export const IRREGULARITY_FIELD = 'irregularity:';

/**
 * A visit counts by its status; closed ones also on the day, in the garage's zone, that they
 * ended. No plate goes along.
 * @param horizonMs for so long after it ended a visit may change
 */
export function visitEntry(visit: Visit, timezone: string, horizonMs = defaultSettings.horizonMs): Entry {
  const { visitId, revision, garageId, status, firstSeenAt, exitedAt } = visit;
  const counts: Count[] = [];
  if (status !== 'withdrawn') counts.push({ hash: garageHash(garageId), keepSeconds: null, field: status, amount: 1 });
  if (status === 'closed' && exitedAt !== null) {
    const hash = garageDayHash(garageId, localDay(exitedAt, timezone));
    counts.push({ hash, keepSeconds: DAY_COUNTS_SECONDS, field: 'closed', amount: 1 });
  }
  return {
    id: `visit:${visitId}`, revision, garageId, counts, listed: null,
    garageDay: localDay(exitedAt ?? firstSeenAt, timezone),
    garageAt: exitedAt ?? firstSeenAt,
    rememberSeconds: status === 'open' ? null : CLOSED_VISIT_SECONDS + Math.ceil(horizonMs / 1000),
    waiting: status === 'review'
      ? waitingFor(exitedAt ?? firstSeenAt, { visitId, type: 'review', irregularityId: null })
      : null,
    text: null,
  };
}

/** An irregularity counts by its type while it is open, and is listed until it is withdrawn. */
export function irregularityEntry(irregularity: Irregularity): Entry {
  const { irregularityId, revision, garageId, type, status, at, severity, action, cameraId, visitIds } = irregularity;
  const open: Count = { hash: garageHash(garageId), keepSeconds: null, field: IRREGULARITY_FIELD + type, amount: 1 };
  const shown = {
    irregularityId, status, type, garageId, at: new Date(at).toISOString(), cameraId, visitIds, severity, action,
  };
  return {
    id: `irregularity:${irregularityId}`, revision, garageId, garageDay: null,
    counts: status === 'open' ? [open] : [],
    rememberSeconds: IRREGULARITY_SECONDS,
    listed: status === 'withdrawn' ? null : { at, text: JSON.stringify(shown) },
    waiting: waitsForPerson(irregularity) && visitIds.length > 0
      ? waitingFor(at, { visitId: visitIds[0]!, type, irregularityId })
      : null,
    garageAt: null,
    text: null,
  };
}

function waitingFor(at: number, waiting: WaitingText): Waiting {
  return { at, member: `${waiting.visitId} ${waiting.type}`, text: JSON.stringify(waiting) };
}

/** A person's word: it stays pending until the visits stage takes it in or sets it aside. */
export function controlEntry({ controlId, subject, type }: Control): Entry {
  return outcomeEntry(1, { controlId, garageId: subject, type, status: 'pending', reason: '', message: '' });
}

/** Whatever was set aside before, and sent again: it holds by now. */
export function appliedEntry({ controlId, garageId, cause }: ClockMove & { readonly controlId: string }): Entry {
  return outcomeEntry(3, { controlId, garageId, type: cause, status: 'applied', reason: '', message: '' });
}

export function refusedEntry({ controlId, subject, type }: Control, reason: string, message: string): Entry {
  return outcomeEntry(2, { controlId, garageId: subject, type, status: 'refused', reason, message });
}

/** Outcomes come by several topics in any order: the later of their kinds counts. */
function outcomeEntry(revision: number, outcome: ControlOutcome): Entry {
  return {
    id: controlKey(outcome.controlId), revision, garageId: null,
    garageDay: null, garageAt: null, counts: [], listed: null, waiting: null,
    rememberSeconds: CONTROL_SECONDS, text: JSON.stringify(outcome),
  };
}

/**
 * How many more, or less, vehicles are likely inside than visits are open: with the open visits of any later moment it
 * says how many are inside then. The newest counts; of two told at one instant (a recount settles at it) the later.
 */
export function occupancyEntry({ garageId, at, inside, openVisits }: Occupancy): Entry {
  return {
    id: `occupancy:${garageId}`, revision: at, latestHolds: true, garageId, garageDay: null,
    garageAt: null, listed: null, waiting: null, text: null,
    rememberSeconds: null,
    counts: [{
      hash: garageHash(garageId),
      keepSeconds: null,
      field: BEYOND_OPEN_FIELD,
      amount: Math.round(inside - openVisits),
    }],
  };
}

/** A charge adds its sum to its billing day, by status and currency. */
export function chargeEntry(charge: Charge): Entry {
  const { chargeId, revision, billingDay, status, currency, grossMinor } = charge;
  const of = `${billingDay}:${status}:${currency}`;
  const count = (what: string, amount: number): Count =>
    ({ hash: chargesHash, keepSeconds: null, field: `${of}:${what}`, amount });
  return {
    id: `charge:${chargeId}`, revision, garageId: null, garageDay: null,
    garageAt: null, listed: null, waiting: null, text: null,
    rememberSeconds: CHARGE_SECONDS,
    counts: [count('count', 1), count('grossMinor', grossMinor)],
  };
}

/** YYYY-MM-DD of the instant in an IANA zone. */
export function localDay(instant: number, timezone: string): string {
  let format = dayFormats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    dayFormats.set(timezone, format);
  }
  return format.format(instant);
}

/** Making a format takes a hundred times longer than using it. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();
