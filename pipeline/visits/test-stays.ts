import fc from 'fast-check';
import type { PlateEvidence } from './matching/evidence.ts';
import type { Stay } from './state/stay.ts';

/** Stays for tests of how they are written. */

const plain = { noNullPrototype: true };
export const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 240, maxLength: 300 }));
export const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
export const share = fc.double({ min: 0, max: 1, noNaN: true });
const evidence = {
  plate: text, country: text, confidence: share, candidates: fc.array(fc.record({ plate: text, confidence: share }, plain)),
};
const direction = fc.constantFrom('IN', 'OUT', 'UNKNOWN');
const read = fc.record({
  ...evidence, isRear: fc.boolean(), said: share, readId: text, cameraId: text, laneId: text, at: time, word: direction,
  laneDirection: direction,
}, plain);
const decision = fc.record({
  given: fc.option(fc.record({ country: text, plate: text }, plain)), probability: share, rivals: fc.array(text), amongAlike: fc.boolean(),
}, plain);
const ruling = fc.record({
  goneAt: fc.option(time), seenAt: fc.option(time), plate: fc.constant(null), pairedWith: fc.option(text), apartFrom: fc.option(text),
}, plain);
export const passage = fc.tuple(
  fc.record({
    laneId: text, direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN', 'NONE'), evidence: fc.record(evidence, plain),
    reads: fc.array(read, { minLength: 1, maxLength: 64 }), decision: fc.option(decision),
    ruling: fc.option(ruling),
  }, plain),
// The evidence of a passage of one read is that read.
).map(([made]) => (made.reads.length === 1 ? { ...made, evidence: made.reads[0]! } : made));
const ends = fc.tuple(fc.option(fc.tuple(text, time)), fc.option(fc.tuple(text, time)));
const status = fc.constantFrom('open', 'closed', 'unclosed', 'review', 'withdrawn');
const visit = fc.tuple(ends, fc.nat(), status, time, fc.array(text), text, text, share)
  .map(([[entry, exit], revision, told, firstSeenAt, flags, plate, country, matchConfidence]) => ({
    revision, status: told, firstSeenAt, flags, plate, country, matchConfidence, entryReadId: entry?.[0] ?? null, enteredAt: entry?.[1] ?? null,
    exitReadId: exit?.[0] ?? null, exitedAt: exit?.[1] ?? null,
  }));
const irregularity = fc.record({
  irregularityId: text, revision: fc.nat(), status: fc.constant('open'), type: text, operatorId: text, garageId: text,
  at: time, cameraId: fc.option(text), readIds: fc.array(text), visitIds: fc.array(text),
  severity: fc.constant('warning'), action: text,
}, plain);
/** Any at all, as no garage sees most of them. */
export const stay: fc.Arbitrary<Stay> = fc.record({
  visitId: text, garageId: text, country: text, plate: text, dueAt: time,
  entry: fc.option(passage), exit: fc.option(passage), why: fc.option(fc.constantFrom('reversed', 'aaba', 'double_exit')), turnedId: fc.option(text), followsId: fc.option(text), lastHereAt: fc.option(time), visit: fc.option(visit),
  irregularities: fc.array(irregularity, { maxLength: 2 }),
}, plain) as fc.Arbitrary<Stay>;

/** Without what a read says beside its plate: a vote has none of that. */
export function readingOf({ plate, country, confidence, candidates }: PlateEvidence): PlateEvidence {
  return { plate, country, confidence, candidates };
}
