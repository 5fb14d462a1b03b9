import { noCandidates } from '../../records/no-candidates.ts';
import type { Visit } from '../../records/records.ts';
import type { Pair } from '../confidence/pair-signs.ts';
import { LearnedTimes } from '../learned/learned-times.ts';
import { KnownConfidences } from '../learned/known-confidences.ts';
import { nothingTaught, taughtBy } from '../learned/taught-stays.ts';
import type { WeighedDecision } from '../pairing/weighing.ts';
import type { ExitDecision, Passage } from '../passages/passages.ts';
import type { EmittedVisit } from '../stays/emitted-visit.ts';
import type { FoldedStay } from '../stays/timeline.ts';
import type { Stay } from './stay.ts';

/**
 * The kinds of values that the fields of the commonest objects have. The runtime compiles code for those that it has met so far: a
 * field that was never null, or never written to again in a copy (`{ ...stay, exit }`). The first that is otherwise, which may come
 * after minutes, has all code thrown away that reads the field, half of the rules, and compiled anew. So they meet both
 * here, before anything is compiled. An object has the shape of those with the same fields in the same order, wherever it is made.
 */
function meets<T extends object>(first: T, then: T): T {
  return Object.assign(first, then);
}

const weighed: WeighedDecision = meets<WeighedDecision>(
  { given: null, probability: 0.5, rivals: [] },
  { given: { country: '', plate: '' }, probability: 0.25, rivals: [] },
);

const decision: ExitDecision = meets<ExitDecision>(
  { given: null, probability: 0.5, rivals: [], amongAlike: false },
  { given: { country: '', plate: '' }, probability: 0.25, rivals: [], amongAlike: true },
);

const passage: Passage = meets<Passage>(
  {
    laneId: '', direction: 'IN', evidence: { plate: '', country: '', confidence: 0.5, candidates: noCandidates }, reads: [], decision: null,
    ruling: null,
  },
  {
    laneId: '-', direction: 'OUT', evidence: { plate: '-', country: '-', confidence: 0.25, candidates: noCandidates }, reads: [], decision,
    ruling: { goneAt: null, seenAt: null, plate: null, pairedWith: null, apartFrom: null },
  },
);

const emitted: EmittedVisit = meets<EmittedVisit>(
  {
    revision: 1, status: 'open', plate: '', country: '', entryReadId: null, exitReadId: null, firstSeenAt: 0.5, enteredAt: null, exitedAt: null,
    matchConfidence: 0.5, flags: [],
  },
  {
    revision: 2, status: 'closed', plate: '-', country: '-', entryReadId: '', exitReadId: '', firstSeenAt: 1.5, enteredAt: 1.5, exitedAt: 1.5,
    matchConfidence: 0.25, flags: [],
  },
);

const visit: Visit = meets<Visit>(
  {
    visitId: '', revision: 1, status: 'open', operatorId: '', garageId: '', plate: '', country: '', plateRead: true, entryReadId: null,
    exitReadId: null, firstSeenAt: 0.5, enteredAt: null, exitedAt: null, matchConfidence: 0.5, flags: [], rulesVersion: 1,
  },
  {
    visitId: '-', revision: 2, status: 'closed', operatorId: '-', garageId: '-', plate: '-', country: '-', plateRead: false, entryReadId: '',
    exitReadId: '', firstSeenAt: 1.5, enteredAt: 1.5, exitedAt: 1.5, matchConfidence: 0.25, flags: [], rulesVersion: 2,
  },
);

const stay: Stay = meets<Stay>(
  {
    visitId: '', garageId: '', country: '', plate: '', entry: null, exit: null, why: null, turnedId: null, followsId: null, lastHereAt: null,
    visit: null, irregularities: [], dueAt: 0.5,
  },
  {
    visitId: '-', garageId: '-', country: '-', plate: '-', entry: passage, exit: passage, why: 'reversed', turnedId: '', followsId: '',
    lastHereAt: 1.5, visit: emitted, irregularities: [], dueAt: 1.5,
  },
);

const folded: FoldedStay = meets<FoldedStay>(
  {
    entry: null, exit: null, status: 'open', why: null, follows: null, secondTryOf: null, isOneSight: false, followedBy: null, overstays: false,
    lastHereAt: null, endAt: 0.5, certainAt: 0.5,
  },
  {
    entry: passage, exit: passage, status: 'closed', why: 'reversed', follows: '', secondTryOf: '', isOneSight: true, followedBy: null,
    overstays: true, lastHereAt: 1.5, endAt: 1.5, certainAt: 1.5,
  },
);
folded.followedBy = folded;

/** Of a pair the entry is mostly a row, else a passage. */
const pairBy = (entry: Pair['entry']): Pair => ({
  entry, exit: passage, enteredBy: { word: 'IN', laneDirection: 'IN' }, leftBy: { word: 'OUT', laneDirection: 'OUT' }, isByOneLane: false,
  isOfOnePlate: true, lengthMs: 0.5, lastHereAt: null, isSecondTry: false, lookAlikes: { areInside: false, cameLater: false },
  unlikeness: null, likelierTwo: 0.5, holdsAnother: false,
});
const pair: Pair = meets<Pair>(pairBy({ direction: 'IN' }), { ...pairBy(passage), lastHereAt: 1.5, unlikeness: 0.5 });

/** What a garage learns it learns after a horizon. */
const times = new LearnedTimes();
let taught = nothingTaught;
for (const interval of [1, 2, 4, 6]) {
  taught = taughtBy(taught, { enteredAt: 0, leftAt: 3_600_000 }, null, interval);
  times.learnStayTimes(taught, 0);
  times.learnDwellTimes(0, undefined, 0);
}
const confidences = new KnownConfidences();
confidences.learn(null, 0);

/** Kept, for a shape that no object has is forgotten. */
export const shapes = { weighed, decision, passage, emitted, visit, stay, folded, pair, times, confidences };
