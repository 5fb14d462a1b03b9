import type { Severity } from '../../records/records.ts';
import { firstRead, isRearOnly, isStraddling, lastRead, type Passage, type PassageRead } from '../passages/passages.ts';
import { trailerReads } from '../passages/trailers.ts';
import { DRIVE_THROUGH, DRIVE_THROUGH_ACTION, DRIVE_THROUGH_SEVERITY } from './drive-through.ts';
import type { FoldedStay } from './timeline.ts';

/** A kind of irregular sequence that shows in one stay: the rule is `concerns`. */
export interface KindOfStay {
  readonly type: string;
  readonly severity: Severity;
  /** Whether the visit carries the type as a flag. */
  concerns(stay: FoldedStay): boolean;
  /** What is told of it; null: it is told with another stay. */
  find(stay: FoldedStay): Finding | null;
}

export interface Finding {
  /** ms UTC */
  readonly at: number;
  readonly cameraId: string | null;
  readonly reads: readonly Pick<PassageRead, 'readId'>[];
  /** What the system did about it, and what a person could do. */
  readonly action: string;
  /** Where it is another than the kind's. */
  readonly severity?: Severity;
}

/** In and out within so long: somebody was dropped off, or found no place. */
const DRIVE_THROUGH_MS = 5 * 60_000;

export function driveThrough(enteredBy: Pick<PassageRead, 'readId'>, exit: Passage): Finding {
  return foundAt(exit, [enteredBy, firstRead(exit)], DRIVE_THROUGH_ACTION);
}

/** Sorted by type, as flags are. */
const kindsOfStays: readonly KindOfStay[] = [
  /** Seen at an entry again soon after it came in: it did not leave in between. */
  ofVoid('aaba', 'info', 'none: the vehicle is inside since its first entry'),
  {
    /** Its country was read differently at the entry and at the exit. */
    type: 'country_mismatch',
    severity: 'info',
    concerns: ({ entry, exit }) => entry !== null && exit !== null &&
      entry.evidence.country !== exit.evidence.country && entry.evidence.country !== 'XX' && exit.evidence.country !== 'XX',
    find: ({ entry, exit }) => foundAt(exit!, [lastRead(entry!), firstRead(exit!)],
      'paired all the same: the visit has the country that most speaks for'),
  },
  {
    /** Neither camera nor lane said where it went: whether the vehicle was inside decided. */
    type: 'direction_unknown',
    severity: 'info',
    concerns: (stay) => stay.status !== 'void' && isEither(stay, isUndirected),
    find: ({ entry, exit }) => {
      const undirected = [entry, exit].filter((passage) => passage !== null).filter(isUndirected);
      return foundAt(undirected[0]!, undirected.map(firstRead), 'decided by whether the vehicle was inside');
    },
  },
  {
    /** An entry while the vehicle was inside. The stay before carries the flag too. */
    type: 'double_entry',
    severity: 'warning',
    concerns: ({ follows, followedBy }) => follows !== null || followedBy !== null,
    find: ({ entry, follows }) => follows === null ? null
      : foundAt(entry!, [firstRead(entry!)], 'a new visit was opened; the earlier one is unclosed'),
  },
  /** Seen at an exit again soon after it left. */
  ofVoid('double_exit', 'info', 'none: the vehicle left at its first exit'),
  {
    /** In and out within minutes: a normal drop-off. */
    type: DRIVE_THROUGH,
    severity: DRIVE_THROUGH_SEVERITY,
    concerns: ({ entry, exit }) =>
      entry !== null && exit !== null && firstRead(exit).at - lastRead(entry).at < DRIVE_THROUGH_MS,
    find: ({ entry, exit }) => driveThrough(lastRead(entry!), exit!),
  },
  {
    /** An exit while the vehicle was outside: its entry was missed. */
    type: 'exit_without_entry',
    severity: 'warning',
    concerns: ({ entry }) => entry === null,
    find: ({ exit }) => foundAt(exit!, [firstRead(exit!)], 'a visit without an entry was made; it is not billed by itself'),
  },
  /** A read that looks like no plate (low confidence, no country, no form), and that no exit followed. */
  ofVoid('ghost_read', 'info', 'no visit was made of it: look at the camera if it happens often'),
  {
    /** Over the line: read at two adjacent lanes at once. */
    type: 'lane_straddle',
    severity: 'info',
    concerns: (stay) => isEither(stay, isStraddling),
    find: ({ entry, exit }) => {
      const straddling = [entry, exit].filter((passage) => passage !== null).find(isStraddling)!;
      return foundAt(straddling, straddling.reads, 'taken as one passage');
    },
  },
  {
    /** The vehicle entered again, a recount did not find it, or forgetAfter passed, and no exit had been read. */
    type: 'missed_exit',
    severity: 'warning',
    concerns: ({ status }) => status === 'unclosed',
    find: ({ entry, followedBy, endAt }) => {
      const of = { cameraId: null, reads: [lastRead(entry!)] };
      const unclosed = 'the visit is unclosed and not billed by itself';
      if (followedBy !== null) {
        return { ...of, at: firstRead(followedBy.entry!).at, action: `the vehicle entered again: ${unclosed}` };
      }
      const goneAt = entry!.ruling?.goneAt ?? null;
      if (goneAt !== null) return { ...of, at: goneAt, action: `not inside, by a recount or a review: ${unclosed}` };
      return { ...of, at: endAt, action: `no exit within forgetAfter: ${unclosed}` };
    },
  },
  {
    /** Only a rear plate was seen: it may be a trailer's. */
    type: 'no_front_plate',
    severity: 'warning',
    concerns: (stay) => stay.status !== 'void' && isEither(stay, isRearOnly),
    find: ({ entry, exit }) => {
      const rear = [entry, exit].filter((passage) => passage !== null).find(isRearOnly)!;
      return foundAt(rear, rear.reads,
        'no account is charged unless a front plate was seen at the other end');
    },
  },
  {
    /** Inside for longer than the garage's overstayAfterMs. What is told of it changes when the stay ends. */
    type: 'overstay',
    severity: 'warning',
    concerns: ({ overstays }) => overstays,
    find: ({ entry, status }) => foundAt(entry!, [lastRead(entry!)], status === 'open'
      ? 'the visit stays open: see whether the vehicle is still there'
      : 'none: the stay has ended'),
  },
  {
    /** Paired though the plate was read differently at the entry and at the exit. */
    type: 'plate_mismatch',
    severity: 'info',
    concerns: ({ entry, exit }) => entry !== null && exit !== null && entry.evidence.plate !== exit.evidence.plate,
    find: ({ entry, exit }) => foundAt(exit!, [lastRead(entry!), firstRead(exit!)],
      'paired by likeness: the visit has the plate that most speaks for'),
  },
  {
    /** Backed out of the lane, or turned round behind it. The stay that it then came in for carries the flag too. */
    type: 'reversed',
    severity: 'info',
    concerns: ({ why, secondTryOf, isOneSight }) => (why === 'reversed' && !isOneSight) || secondTryOf !== null,
    find: ({ entry, why }) => why === null ? null : foundAt(entry!, entry!.reads, 'none: the vehicle did not come in'),
  },
  {
    /**
     * An exit never read as the entry was, if that was read at all, while vehicles of near-identical plates were inside: two or more of
     * them within one character of it. Whoever took one wrong character for a misread might take the next car.
     */
    type: 'similar_inside',
    severity: 'warning',
    concerns: ({ entry, exit }) => exit?.decision?.amongAlike === true && (entry === null || !isReadAlike(entry, exit)),
    find: ({ entry, exit }) => entry === null
      ? foundAt(exit!, [firstRead(exit!)], 'left unpaired until one of them leaves: a person may settle it')
      : {
        ...foundAt(exit!, [lastRead(entry), firstRead(exit!)], 'given to the likeliest of them'),
        // None of the others is likely enough to need looking at.
        ...(exit!.decision!.rivals.length > 1 ? {} : { severity: 'info' }),
      },
  },
  {
    /** A rear view read quite another plate than the front view: a trailer's. */
    type: 'trailer_plate',
    severity: 'info',
    concerns: (stay) => isEither(stay, isTowing),
    find: ({ entry, exit }) => {
      const towing = [entry, exit].filter((passage) => passage !== null).find(isTowing)!;
      return foundAt(towing, trailerReads(towing), 'the front plate counts');
    },
  },
  {
    /** Came in by an exit lane, or left by an entry lane. */
    type: 'wrong_direction',
    severity: 'warning',
    concerns: ({ entry, exit, status }) => status !== 'void' &&
      ((entry !== null && isAgainst(entry, 'OUT')) || (exit !== null && isAgainst(exit, 'IN'))),
    find: ({ entry, exit }) => {
      const against = entry !== null && isAgainst(entry, 'OUT') ? entry : exit!;
      return foundAt(against, [firstRead(against)], 'taken as the camera saw it: look at the lane if it happens often');
    },
  },
];

/** Those that concern the stay, sorted: its flags, and mostly what is told of it, say the same. */
export function kindsOf(stay: FoldedStay): readonly KindOfStay[] {
  const kinds: KindOfStay[] = [];
  for (const kind of kindsOfStays) if (kind.concerns(stay)) kinds.push(kind);
  return kinds;
}

function ofVoid(type: NonNullable<FoldedStay['why']>, severity: Severity, action: string): KindOfStay {
  return {
    type,
    severity,
    concerns: ({ why, isOneSight }) => why === type && !isOneSight,
    find: ({ entry }) => foundAt(entry!, entry!.reads, action),
  };
}

function foundAt(passage: Passage, reads: Finding['reads'], action: string): Finding {
  const { at, cameraId } = firstRead(passage);
  return { at, cameraId, reads, action };
}

/** One plate was read at both. */
function isReadAlike(entry: Passage, exit: Passage): boolean {
  return exit.reads.some(({ plate }) => entry.reads.some((read) => read.plate === plate));
}

/** Of its entry, or of its exit. Asked of each stay that is told, and mostly so of neither: nothing is made for that. */
function isEither({ entry, exit }: FoldedStay, is: (passage: Passage) => boolean): boolean {
  return (entry !== null && is(entry)) || (exit !== null && is(exit));
}

const isUndirected = ({ direction }: Passage): boolean => direction === 'UNKNOWN';

const isTowing = (passage: Passage): boolean => trailerReads(passage).length > 0;

/** @param served what the lane would have to serve for the passage to go against it */
function isAgainst({ reads }: Passage, served: 'IN' | 'OUT'): boolean {
  return reads.every(({ laneDirection }) => laneDirection === served);
}
