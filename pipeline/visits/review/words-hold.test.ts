import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RejectedError } from '../../engine/stage.ts';
import type { Control, ReviewAction } from '../../records/records.ts';
import type { Passage } from '../passages/passages.ts';
import type { Stay } from '../state/stay.ts';
import { controlOf, garageOf, minute, readOf, second, TestGarage } from '../test-garage.ts';

/** An hour or two of plates that are alike, some reads of which come late, and what attendants make of it meanwhile. */
const settings = {
  passageGapMs: 30 * second, allowedLatenessMs: minute, horizonMs: 60 * minute, forgetAfterMs: 40 * minute, overstayAfterMs: 30 * minute,
};

const seen = fc.record({
  lane: fc.constantFrom('in', 'out'), plate: fc.constantFrom('EK12345', 'EK12346', 'EK1234S', 'ZX98701'),
  afterMs: fc.integer({ min: 1, max: 30 }).map((steps) => steps * 10 * second),
  lateMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 }).map((minutes) => minutes * minute) },
  ),
});

/** Of nobody else, and unlike each other: two stays of one plate at one time can't both be. */
const platesSaid = ['QB70041', 'WD51937', 'LN28466', 'HT93350', 'CV16802', 'RA45279', 'UF87613', 'JP60924'];

/** Said after the read of that number. */
interface Word {
  readonly after: number;
  readonly type: Exclude<ReviewAction, 'review_dismiss'>;
  /** Which of the visits that it may be about. */
  readonly one: number;
  readonly other: number;
}

const word: fc.Arbitrary<Word> = fc.record({
  after: fc.nat({ max: 20 }), one: fc.nat({ max: 1000 }), other: fc.nat({ max: 1000 }),
  type: fc.constantFrom('review_confirm', 'review_split', 'review_merge', 'review_merge', 'review_correct'),
});

const read = (lane: string, plate: string, afterMs: number) => ({ lane, plate, afterMs, lateMs: 0 });
/** A further read makes another plate of the exit of a pair that was confirmed, while one more that is like both is inside. */
const exitReadOtherwiseLater: [ReturnType<typeof read>[], Word[]] = [
  [
    read('in', 'EK12346', 10 * second), read('in', 'EK12346', 10 * second), read('in', 'EK1234S', 30 * second),
    read('in', 'EK12346', 30 * second), read('out', 'EK1234S', 10 * second), read('out', 'EK12345', 10 * second),
  ],
  [{ after: 4, one: 0, other: 0, type: 'review_confirm' }],
];

test('what was said of a visit last holds through further words and late reads; each read stands in one passage, each passage in one visit', () => {
  const times = new Map<string, number>();
  fc.assert(fc.property(fc.array(seen, { minLength: 6, maxLength: 20 }), fc.array(word, { minLength: 1, maxLength: 8 }), (made, words) => {
    const garage = new TestGarage(null);
    garage.rules.control(controlOf('configuration', { version: 1 }), garageOf({ settings }), 0, garage.told);
    let at = 0;
    const reads = made.map(({ lane, plate, afterMs, lateMs }, n) => {
      at += afterMs;
      return { comesAt: at + lateMs, read: readOf(lane, at, { plate, direction: lane === 'in' ? 'IN' : 'OUT', readId: `r${n}` }) };
    }).sort((one, other) => one.comesAt - other.comesAt);

    let standing: Standing[] = [];
    reads.forEach(({ read }, n) => {
      garage.see(read);
      holds(standing, garage);
      for (const [nth, said] of words.filter(({ after }) => after === n).entries()) {
        const { type, one, other } = said;
        const about = aboutOf(type, one, other, garage);
        if (about === null) continue;
        const plate = platesSaid[words.indexOf(said)]!;
        const control = controlOf(type, { controlId: `c${n} ${nth}`, ...about.ids, plate, country: 'NO' });
        if (!isTaken(control, garage)) continue;
        times.set(type, (times.get(type) ?? 0) + 1);
        standing = [...standing.filter((before) => !isOverruled(before, type, about.word)), { ...about.word, type, plate: control.plate! }];
        holds(standing, garage);
      }
    });
    garage.advance(at + 30 * minute);
    holds(standing, garage);
    for (const side of ['entryReadId', 'exitReadId'] as const) {
      const named = garage.told.visits.map((visit) => visit[side]).filter((readId) => readId !== null);
      assert.equal(new Set(named).size, named.length);
    }
  }), { numRuns: 300, examples: [exitReadOtherwiseLater] });
  for (const type of ['review_confirm', 'review_split', 'review_merge', 'review_correct']) assert.ok(times.get(type)! > 20, `${type} was said`);
});

/** A word, and by which reads its passages are found again. */
interface Standing {
  readonly type: Word['type'];
  readonly entry: string | null;
  readonly exit: string | null;
  readonly plate: string;
}

interface About {
  readonly ids: Pick<Control, 'visitId' | 'otherVisitId'>;
  readonly word: Pick<Standing, 'entry' | 'exit'>;
}

/** Null: there is no such visit. */
function aboutOf(type: Word['type'], one: number, other: number, garage: TestGarage): About | null {
  const stays = staysOf(garage).sort((a, b) => (a.visitId < b.visitId ? -1 : 1));
  const fits = (stay: Stay): boolean => type === 'review_correct' || (stay.exit !== null && (stay.entry === null) === (type === 'review_merge'));
  const subjects = stays.filter(fits);
  const entries = stays.filter(({ entry, exit }) => entry !== null && exit === null);
  const subject = subjects[one % subjects.length];
  const entered = type === 'review_merge' ? entries[other % entries.length] : subject;
  if (subject === undefined || entered === undefined) return null;
  return {
    ids: { visitId: subject.visitId, otherVisitId: entered.visitId },
    word: { entry: keysOf(entered.entry)[0] ?? null, exit: keysOf(subject.exit)[0] ?? null },
  };
}

/** Of one that is refused nothing stays, what it had told by then neither. */
function isTaken(control: Control, { state, rules, told }: TestGarage): boolean {
  state.mark();
  try {
    rules.control(control, null, 0, { visit() {}, irregularity() {}, clockMove() {}, occupancy() {}, ignored() {} });
  } catch (error) {
    assert.ok(error instanceof RejectedError);
    return false;
  } finally {
    state.undo();
  }
  rules.control(control, null, 0, told);
  return true;
}

/** By a later word on one of its passages: a plate by a plate, or by what gives the passages to others; a pair by a pair. */
function isOverruled(before: Standing, type: Word['type'], { entry, exit }: Pick<Standing, 'entry' | 'exit'>): boolean {
  const isTouched = [before.entry, before.exit].some((key) => key !== null && (key === entry || key === exit));
  if (!isTouched) return false;
  if (type === 'review_correct') return before.type === 'review_correct';
  return before.type !== 'review_correct' || type !== 'review_confirm';
}

function holds(standing: readonly Standing[], garage: TestGarage): void {
  const stays = staysOf(garage);
  const reads = stays.flatMap(({ entry, exit }) => [...keysOf(entry), ...keysOf(exit)]);
  assert.equal(new Set(reads).size, reads.length, 'a read stands in one passage');
  for (const { type, entry, exit, plate } of standing) {
    const [entered, left] = [entry, exit].map((key) => stays.find((stay) => key !== null && [...keysOf(stay.entry), ...keysOf(stay.exit)].includes(key)));
    if (type === 'review_correct') {
      // What makes no stay shows no plate.
      for (const stay of [entered, left]) if (stay?.why === null) assert.equal(stay.plate, plate, 'has the plate that was said');
    } else if (entered !== undefined && left !== undefined) {
      assert.equal(entered.visitId === left.visitId, type !== 'review_split', type);
    }
  }
}

const staysOf = (garage: TestGarage): Stay[] => [...garage.rules.state.stays.entries()].map(([, stay]) => stay);

const keysOf = (passage: Passage | null): string[] => (passage?.reads ?? []).map(({ readId }) => readId);
