import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RejectedError } from '../engine/stage.ts';
import type { CameraRead, Control, Direction, Garage, GarageSettings } from '../records/records.ts';
import { openRebuild } from './explain/rebuild.ts';
import { comparePassages, type Passage } from './passages/passages.ts';
import { controlOf, garageOf, minute, second, start, TestGarage } from './test-garage.ts';
import { outcomesOf } from './test-outcomes.ts';
import type { Stay } from './state/stay.ts';
import { Timelines } from './stays/stays.ts';

/**
 * Few plates, few lanes and dense times, so that orders matter: reads of 12 minutes against an allowed lateness of
 * one, a horizon of four, a forgetAfter of five and an overstay after two. Some reads are of no plate, or of nothing.
 */
const settings: GarageSettings = {
  passageGapMs: 10 * second, allowedLatenessMs: minute, horizonMs: 4 * minute, forgetAfterMs: 5 * minute,
  overstayAfterMs: 2 * minute,
};
const garage = garageOf({ settings });
const spanMs = 12 * minute;
/** Stays leave the state, and are learnt from, while others are read, before and after a quarter of an hour is over. */
const fromMs = 8 * minute;
/** From then on all is settled, counted from the start as spans are. */
const settledMs = fromMs + spanMs + settings.forgetAfterMs + 2 * settings.allowedLatenessMs;

/** The first of them are read as what they are. */
const platesRead = 4;

/** A read and how much later than captured it comes in. */
interface Arrival {
  readonly read: CameraRead;
  readonly delay: number;
}

const lanes: readonly { laneId: string; direction: Direction }[] = [
  { laneId: 'in', direction: 'UNKNOWN' }, { laneId: 'in', direction: 'IN' },
  { laneId: 'out', direction: 'UNKNOWN' }, { laneId: 'out', direction: 'OUT' },
  { laneId: 'gate', direction: 'UNKNOWN' }, { laneId: 'gate', direction: 'IN' }, { laneId: 'gate', direction: 'OUT' },
];

const sure = { country: 'NO', confidence: 1 };
const unsure = { country: 'XX', confidence: 0.3 };
const plates = [
  { plate: 'AB12345', ...sure }, { plate: 'ZX98701', ...sure }, { plate: 'KLM777', ...sure }, { plate: 'KLM777', ...sure },
  { plate: 'EXIT', ...unsure }, { plate: '', ...unsure },
];

function arrivals(delay: fc.Arbitrary<number>): fc.Arbitrary<Arrival[]> {
  const arrival = fc.record({
    lane: fc.constantFrom(...lanes),
    plate: fc.constantFrom(...plates),
    // Steps of 4 s give ties, and reads just nearer and just further than the passage gap, all at seconds that stays are learnt from.
    at: fc.integer({ min: 0, max: spanMs / (4 * second) }).map((steps) => start + fromMs + steps * 4 * second),
    number: fc.integer({ min: 0, max: 1_000_000 }),
    delay,
  });
  return fc.uniqueArray(arrival, { minLength: 12, maxLength: 30, selector: ({ number }) => number }).map((made) =>
    made.map(({ lane, plate, at, number, delay: late }) => ({
      delay: late,
      read: {
        readId: `r${number}`, garageId: 'g1', cameraId: `${lane.laneId}-camera`, ...lane, ...plate,
        candidates: [], capturedAt: at, receivedAt: at + late, source: '',
        timing: '',
      },
    })),
  );
}

const withinLateness = arrivals(fc.integer({ min: 0, max: settings.allowedLatenessMs }));
/** Nothing is older than the horizon when it comes; three in four are in time. */
const withinHorizon = arrivals(fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: settings.allowedLatenessMs }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: settings.horizonMs }) },
));

/** Some are older than the horizon when they come. */
const ofAnyAge = arrivals(fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: settings.allowedLatenessMs }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: settings.horizonMs }) },
  { weight: 1, arbitrary: fc.integer({ min: settings.horizonMs, max: spanMs }) },
));

const inOrder = (reads: readonly Arrival[]): CameraRead[] =>
  reads.map(({ read }) => read).sort((a, b) => a.capturedAt - b.capturedAt);
const asTheyCame = (reads: readonly Arrival[]): CameraRead[] =>
  reads.toSorted((a, b) => a.read.capturedAt + a.delay - b.read.capturedAt - b.delay).map(({ read }) => read);

test('any order within the allowed lateness gives the same newest revisions', () => {
  let cases = 0;
  let orderMatters = 0;
  fc.assert(fc.property(withinLateness, (reads) => {
    assert.deepEqual(settled(asTheyCame(reads)), settled(inOrder(reads)));
    cases++;
    if (naivePairs(asTheyCame(reads)) !== naivePairs(inOrder(reads))) orderMatters++;
  }), { numRuns: 600 });
  const share = orderMatters / cases;
  console.log(`order of arrival would change a naive pairing in ${(100 * share).toFixed(0)} % of ${cases} cases`);
  assert.ok(share >= 0.3, `order mattered in ${orderMatters} of ${cases} cases only`);
});

test('a recount ends the same stays, whoever it names, in whatever order the reads come in', () => {
  const counts = fc.record({
    at: fc.integer({ min: fromMs, max: fromMs + spanMs }), count: fc.integer({ min: 0, max: 2 }),
    named: fc.uniqueArray(fc.constantFrom(...plates.slice(0, platesRead).map(({ plate }) => plate))),
  });
  fc.assert(fc.property(withinLateness, counts, (reads, { at, count, named }) => {
    const counted = (came: readonly CameraRead[]): string[] => {
      const testGarage = new TestGarage(garage);
      const control = controlOf('recount', { to: start + at, count, plates: named });
      testGarage.rules.control(control, null, 0, testGarage.told);
      return settledLines(testGarage.see(...came));
    };
    assert.deepEqual(counted(asTheyCame(reads)), counted(inOrder(reads)));
  }), { numRuns: 600 });
});

/** What a person, a program or the quiet does after the read of that number. */
interface Word {
  readonly after: number;
  readonly kind: Control['type'] | 'quiet';
  /** Which of the visits, irregularities, plates and so on it is about. */
  readonly one: number;
  readonly other: number;
}

const reviewActions = ['review_confirm', 'review_split', 'review_merge', 'review_correct', 'review_dismiss'] as const;
const wordOf = (...kinds: readonly Word['kind'][]): fc.Arbitrary<Word> =>
  fc.record({ after: fc.nat({ max: 30 }), kind: fc.constantFrom(...kinds), one: fc.nat(), other: fc.nat() });
const review = wordOf(...reviewActions);
const anyWord = fc.oneof(review, wordOf('recount', 'clock_advance', 'hold', 'release', 'quiet'));
const anyInput = fc.oneof({ weight: 8, arbitrary: anyWord }, { weight: 1, arbitrary: wordOf('configuration') });

/** By the version that a control record names: as it is; of other times, and its lanes turned; taken away. */
const configurations: readonly (Garage | null)[] = [
  garage,
  { ...garage, settings: { ...settings, passageGapMs: 20 * second, allowedLatenessMs: 30 * second, horizonMs: 6 * minute } },
  { ...garage, lanes: garage.lanes.map((lane) => ({ ...lane, direction: lane.direction === 'both' ? 'in' : 'both' })) },
  null,
];

const configuredBy = ({ version }: Control): Garage | null => configurations[version!]!;

/** Said of what the garage has told by then. @param at the garage's time about then, ms UTC */
function controlBy({ kind, one, other }: Word, controlId: string, at: number, testGarage: TestGarage): Control {
  const visits = staysIn(testGarage).map(({ visitId }) => visitId).sort();
  const { irregularities } = testGarage.told;
  const { plate } = plates[other % platesRead]!;
  return controlOf(kind as Control['type'], {
    controlId, plate, country: 'NO', visitId: visits[one % visits.length] ?? 'none', otherVisitId: visits[other % visits.length] ?? 'none',
    irregularityId: one % 5 === 0 ? `two_places-${visits[other % visits.length]}-${'x'.repeat(16)}`
      : irregularities[one % irregularities.length]?.irregularityId ?? 'none',
    to: at + (one % 5) * minute, count: other % 3, plates: one % 2 === 0 ? [] : [plate], version: other % configurations.length,
  });
}

test('what a person says holds over a restart and an undone record, and comes twice without effect', () => {
  fc.assert(fc.property(withinHorizon, fc.array(review, { minLength: 1, maxLength: 5 }), (reads, said) => {
    const steady = new TestGarage(garage);
    const restarted = new TestGarage(garage);
    const say = (testGarage: TestGarage, control: Control): void => {
      testGarage.state.mark();
      try {
        testGarage.rules.control(control, null, 0, silent);
      } catch (error) {
        assert.ok(error instanceof RejectedError);
      }
      testGarage.state.undo();
      sayOrUndo(testGarage, control, null);
    };
    asTheyCame(reads).forEach((read, i) => {
      steady.see(read);
      restarted.see(read);
      for (const [nth, word] of said.filter(({ after }) => after === i).entries()) {
        const control = controlBy(word, `c${i} ${nth}`, read.capturedAt, steady);
        say(steady, control);
        say(restarted.restart(), control);
        const told = restarted.told.all.length;
        say(restarted.restart(), control);
        assert.equal(restarted.told.all.length, told);
      }
    });
    assert.deepEqual(settle(restarted).told.all, settle(steady).told.all);
  }), { numRuns: 400 });
});

test('what is emitted can be rebuilt from reads, control records and clock moves', () => {
  fc.assert(fc.property(ofAnyAge, fc.array(anyInput, { maxLength: 8 }), (reads, said) => {
    const live = new TestGarage(garage);
    const heard = besides(live);
    const controls = new Map([['c1', controlOf('configuration', { version: 0 })]]);
    const came: CameraRead[] = [];
    const see = (read: CameraRead): void => {
      came.push(read);
      live.see(read);
    };
    asTheyCame(reads).forEach((read, i, all) => {
      see(read);
      const before = all[i - 4];
      if (i % 3 === 1 && before !== undefined && before.capturedAt > clockOf(live) - settings.horizonMs) see(before);
      for (const [nth, word] of said.filter(({ after }) => after === i).entries()) {
        if (word.kind === 'quiet') {
          live.waitQuietly([0, 1, 2, 3, 16][word.one % 5]! * minute);
          continue;
        }
        const control = controlBy(word, `c${i} ${nth}`, read.capturedAt, live);
        controls.set(control.controlId, control);
        sayOrUndo(live, control, configuredBy(control));
        live.restart();
      }
    });
    live.waitQuietly(spanMs);

    const rebuilt = new TestGarage(null);
    const heardAgain = besides(rebuilt);
    const rebuild = openRebuild({ moves: live.told.clockMoves, controls, configured: configuredBy }, rebuilt.told);
    came.forEach((read, offset) => rebuild.read(read, offset, read.receivedAt));
    rebuild.end();
    assert.deepEqual(rebuilt.told.all, live.told.all);
    assert.deepEqual(heardAgain, heard);
  }), { numRuns: 400 });
});

test('what is late within the horizon gives the same as if it had been on time', () => {
  fc.assert(fc.property(withinHorizon, (reads) => {
    const onTime = settled(inOrder(reads));
    const late = settled(asTheyCame(reads));
    const but = (told: string[]): string[] => told.filter((line) => !line.includes('late_arrival'));
    assert.deepEqual(but(late), but(onTime));
  }), { numRuns: 600 });
});

test('no read is in two passages, and no passage in two live visits', () => {
  fc.assert(fc.property(withinHorizon, (reads) => {
    const testGarage = new TestGarage(garage);
    for (const read of asTheyCame(reads)) {
      testGarage.see(read);
      const readKeys = staysIn(testGarage)
        .flatMap(({ entry, exit }) => [entry, exit])
        .flatMap((passage) => passage?.reads ?? [])
        .map(({ cameraId, readId }) => `${cameraId} ${readId}`);
      assert.equal(new Set(readKeys).size, readKeys.length);
    }
    const { visits } = settle(testGarage).told;
    for (const side of ['entryReadId', 'exitReadId'] as const) {
      const named = visits.map((visit) => visit[side]).filter((readId) => readId !== null);
      assert.equal(new Set(named).size, named.length);
    }
  }), { numRuns: 300 });
});

test('passages of a lane and direction are further apart than the gap', () => {
  fc.assert(fc.property(withinHorizon, (reads) => {
    const testGarage = new TestGarage(garage).see(...asTheyCame(reads));
    const plated = staysIn(testGarage).flatMap(({ plate, entry, exit }) =>
      [entry, exit].flatMap((passage) => (passage === null ? [] : [{ plate, passage }])));
    const groups = Map.groupBy(
      plated,
      ({ plate, passage }) => `${plate} ${passage.laneId} ${passage.direction}`,
    );
    for (const group of groups.values()) {
      const passages: Passage[] = group.map(({ passage }) => passage).sort(comparePassages);
      for (let i = 1; i < passages.length; i++) {
        assert.ok(passages[i]!.reads[0]!.at - passages[i - 1]!.reads.at(-1)!.at >= settings.passageGapMs);
      }
    }
  }), { numRuns: 300 });
});

test('a clock that jumps does what it would have done step by step', () => {
  fc.assert(fc.property(withinLateness, (reads) => {
    const jumping = new TestGarage(garage).see(...asTheyCame(reads));
    const stepping = new TestGarage(garage).see(...asTheyCame(reads));
    for (let at = fromMs; at < settledMs; at += 7 * second) stepping.advance(at);
    assert.deepEqual(settledLines(jumping), settledLines(stepping));
  }), { numRuns: 200 });
});

test('replaying a suffix of reads and control records changes nothing, as far back as the horizon', () => {
  let replayed = 0;
  fc.assert(fc.property(ofAnyAge, fc.array(anyWord, { maxLength: 5 }), fc.nat(), (reads, said, from) => {
    const testGarage = new TestGarage(garage);
    const heard = besides(testGarage);
    const log: { at: number; again: () => void }[] = [];
    asTheyCame(reads).forEach((read, i) => {
      testGarage.see(read);
      const clock = clockOf(testGarage);
      const isSetAside = read.capturedAt < clock - settings.horizonMs;
      log.push({ at: isSetAside ? clock : read.capturedAt, again: () => void testGarage.see(read) });
      for (const [nth, word] of said.filter(({ after }) => after === i).entries()) {
        const control = controlBy(word, `c${i} ${nth}`, read.capturedAt, testGarage);
        // One that was refused may be taken in when it comes again: it is in no log of what took effect.
        if (word.kind === 'quiet') testGarage.waitQuietly((word.one % 4) * minute);
        else if (sayOrUndo(testGarage, control, null)) {
          log.push({ at: clockOf(testGarage), again: () => void sayOrUndo(testGarage, control, null) });
        }
      }
    });
    const known = (): unknown[] => {
      const { clocks, stays, lateReads, recounts, blankReads, learned, watches, rhythms, dwells, occupancies } = testGarage.rules.state;
      const { readsOffset: _, ...clock } = clocks.get('g1')!;
      const tables = [stays, lateReads, recounts, blankReads, learned, watches, rhythms, dwells, occupancies];
      return [testGarage.told.all, heard, clock, ...tables.map((table) => [...table.entries()])];
    };
    const before = structuredClone(known());
    const oldest = clockOf(testGarage) - settings.horizonMs;
    const suffix = log.slice(from % log.length).filter(({ at }) => at > oldest);
    for (const { again } of suffix) again();
    replayed += suffix.length;
    assert.deepEqual(known(), before);
  }), { numRuns: 400 });
  assert.ok(replayed > 2000, `${replayed} came again`);
});

test('after horizon and forgetAfter only the clock, the configuration, what was learnt and when was counted remain', () => {
  fc.assert(fc.property(withinHorizon, (reads) => {
    const testGarage = new TestGarage(garage).see(...asTheyCame(reads));
    const much = fromMs + spanMs + settings.forgetAfterMs + 2 * settings.horizonMs + 2 * settings.allowedLatenessMs;
    testGarage.advance(much);
    const { clocks, configurations, watches, rhythms, occupancies } = testGarage.rules.state;
    const { learned, dwells, confusions, confidences } = testGarage.rules.state;
    const remains = [clocks, configurations, watches, rhythms, occupancies, learned, dwells, confusions, confidences];
    assert.equal(testGarage.state.size, remains.reduce((sum, { size }) => sum + size, 0));
    assert.equal(occupancies.size, 1);
    assert.equal(testGarage.told.visits.filter(({ status }) => status === 'open').length, 0);
  }), { numRuns: 300 });
});

test('a restart from the changelog at any point goes on as if there had been none', () => {
  fc.assert(fc.property(withinHorizon, fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 4 }), (reads, stops) => {
    const steady = new TestGarage(garage);
    const restarted = new TestGarage(garage);
    asTheyCame(reads).forEach((read, i) => {
      steady.see(read);
      restarted.see(read);
      if (stops.includes(i)) restarted.restart();
    });
    assert.deepEqual(settle(restarted).told.all, settle(steady).told.all);
  }), { numRuns: 300 });
});

test('undoing a record leaves nothing behind', () => {
  fc.assert(fc.property(withinHorizon, (reads) => {
    const straight = new TestGarage(garage);
    const undoing = new TestGarage(garage);
    const came = asTheyCame(reads);
    came.forEach((read, i) => {
      straight.see(read);
      undoing.state.mark();
      const other = came[(i + 1) % came.length]!;
      // Into a sink of its own: what an undone record told is dropped with it.
      undoing.rules.read(other, 0, 0, silent);
      undoing.state.undo();
      undoing.see(read);
    });
    assert.deepEqual(settle(undoing).told.all, settle(straight).told.all);
  }), { numRuns: 300 });
});

test('folding a timeline anew, at any time, changes nothing: the plain cases say what the fold says', () => {
  const mint = (): string => assert.fail('a fold without a new read found a new stay');
  fc.assert(fc.property(withinHorizon, (reads) => {
    const testGarage = new TestGarage(garage);
    const { state } = testGarage.rules;
    for (const read of asTheyCame(reads)) {
      testGarage.see(read);
      const { country, plate } = read;
      const index = state.garage('g1');
      const before = staysIn(testGarage);
      const told = testGarage.told.all.length;
      const { clock } = state.clocks.get('g1')!;
      const timelines = new Timelines({ stays: state.stays, garage: index, clock, mint, sink: testGarage.told, ended: [] });
      timelines.of({ country, plate });
      timelines.tell();
      assert.equal(testGarage.told.all.length, told);
      assert.deepEqual(staysIn(testGarage), before);
    }
  }), { numRuns: 300 });
});

/** What it tells besides visits and irregularities, from now on: how many are inside, and words on a plate in two places. */
function besides({ told }: TestGarage): unknown[] {
  const heard: unknown[] = [];
  Object.assign(told, { occupancy: (one: unknown) => heard.push(one), sighting: (one: unknown) => heard.push(one) });
  return heard;
}

/** As the engine does: of a control record that is refused nothing stays, what it told neither; then false. */
function sayOrUndo({ state, rules, told, monotonicMs }: TestGarage, control: Control, configured: Garage | null): boolean {
  const heard: (() => void)[] = [];
  state.mark();
  try {
    rules.control(control, configured, monotonicMs, {
      visit: (visit) => void heard.push(() => told.visit(visit)),
      irregularity: (irregularity) => void heard.push(() => told.irregularity(irregularity)),
      clockMove: (move) => void heard.push(() => told.clockMove(move)),
      occupancy: (occupancy) => void heard.push(() => told.occupancy(occupancy)),
      sighting: (sighting) => void heard.push(() => told.sighting(sighting)),
      ignored: (why) => void heard.push(() => told.ignored(why)),
    });
  } catch (error) {
    assert.ok(error instanceof RejectedError);
    state.undo();
    return false;
  }
  for (const tell of heard) tell();
  return true;
}

const silent = { visit() {}, irregularity() {}, clockMove() {}, occupancy() {}, ignored() {} };

/** The clock is past everything that could be held or forgotten. */
function settle(testGarage: TestGarage): TestGarage {
  return testGarage.advance(settledMs);
}

/** Newest revisions after everything is settled, without revision numbers and the names that were minted. */
function settled(reads: readonly CameraRead[]): string[] {
  return settledLines(new TestGarage(garage).see(...reads));
}

function settledLines(testGarage: TestGarage): string[] {
  return outcomesOf(settle(testGarage).told);
}

/** What pairing in the order of arrival, by the newest entry of the plate, would make of it. */
function naivePairs(reads: readonly CameraRead[]): string {
  const inside = new Map<string, string>();
  const pairs: string[] = [];
  for (const { plate, laneId, direction, readId } of reads) {
    const wouldEnter = laneId === 'in' || (laneId === 'gate' && !inside.has(plate));
    const enters = direction === 'UNKNOWN' ? wouldEnter : direction === 'IN';
    if (enters) {
      if (inside.has(plate)) pairs.push(`${inside.get(plate)} -`);
      inside.set(plate, readId);
    } else {
      pairs.push(`${inside.get(plate) ?? '-'} ${readId}`);
      inside.delete(plate);
    }
  }
  return [...pairs, ...inside.values()].sort().join(', ');
}

const staysIn = (testGarage: TestGarage): Stay[] => [...testGarage.rules.state.stays.entries()].map(([, stay]) => stay);

const clockOf = (testGarage: TestGarage): number => testGarage.rules.state.clocks.get('g1')!.clock;
