import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead, GarageSettings } from '../../records/records.ts';
import { day, garageOf, hour, minute, readOf, second, settings as usualSettings, TestGarage } from '../test-garage.ts';

/** What a garage learns goes on while reads come in: how sure a visit is must not depend on which came first. */

/** Of vehicles that nothing else is read like. */
const plateOf = (nth: number): string =>
  `${'BCDFGHJKLM'[nth % 10]}${'NPRSTVWXYZ'[Math.floor(nth / 10) % 10]}${10_000 + ((7919 * nth) % 90_000)}`;
const came = (nth: number, at: number): CameraRead =>
  readOf('in', at, { plate: plateOf(nth), readId: `in${nth}`, confidence: 1 });
const left = (nth: number, at: number): CameraRead =>
  readOf('out', at, { plate: plateOf(nth), readId: `out${nth}`, confidence: 1 });

/** All at once but the exit of the vehicle 0, which comes in so long after it was read. */
function inOrderOfComing(reads: readonly CameraRead[], lateMs: number): CameraRead[] {
  const comesAt = (read: CameraRead): number => read.capturedAt + (read.readId === 'out0' ? lateMs : 0);
  return reads.toSorted((a, b) => comesAt(a) - comesAt(b));
}

/** How sure the visit of the vehicle 0 is, whose exit comes in so long after it was read. */
function sureOf(reads: readonly CameraRead[], lateMs: number, settings: GarageSettings): number {
  const { told } = new TestGarage(garageOf({ settings })).see(...inOrderOfComing(reads, lateMs));
  return told.visits.find(({ exitReadId }) => exitReadId === 'out0')!.matchConfidence;
}

test('whether stays leave the state before an exit comes in, or after it, makes no difference', () => {
  const settings = { ...usualSettings, horizonMs: 20 * minute };
  // Nobody saw the others come in. Half of them leave the state before the exit was read, half until it may come in.
  const sureOfExitAt = (exitAt: number, lateMs: number, others = 100): number => {
    const reads = [came(0, minute), left(0, exitAt)];
    for (let nth = 1; nth <= others; nth++) {
      const goneAt = exitAt - 25 * minute + (nth - others / 2) * 2 * second;
      reads.push(left(nth, goneAt - (goneAt % (4 * second))));
    }
    for (let at = exitAt - hour; at < exitAt + 3 * minute; at += 10 * second) {
      reads.push(readOf(at % minute === 0 ? 'in' : 'gate', at, { readId: `t${at}`, plate: '' }));
    }
    return sureOf(reads, lateMs, settings);
  };
  for (const exitAt of [day + 5 * minute, day + 14 * minute + 40 * second, day + 15 * minute + 20 * second]) {
    assert.equal(sureOfExitAt(exitAt, 110 * second), sureOfExitAt(exitAt, 0), `${exitAt / minute}`);
  }
  const later = day + 15 * minute + 20 * second;
  assert.ok(sureOfExitAt(later, 0) < sureOfExitAt(later, 0, 0), 'they are learnt from');
});

test('whether confidences are found to be worth other than elsewhere before an exit comes in, or after it, makes no difference', () => {
  const settings = { ...usualSettings, horizonMs: 20 * minute };
  const half = (read: CameraRead): CameraRead => ({ ...read, confidence: 0.5 });
  const takenAs = (exitAt: number, lateMs: number): number => {
    const reads = [half(came(0, exitAt - hour)), half(left(0, exitAt))];
    // Of 200 vehicles whose cameras are half sure of what is right half leave the state before the exit was read, half until it may come in.
    for (let nth = 1; nth <= 200; nth++) {
      const goneAt = exitAt - 25 * minute + (nth - 100) * second;
      reads.push(half(came(nth, goneAt - 2 * minute)), half(left(nth, goneAt - (goneAt % (4 * second)))));
    }
    for (let at = exitAt - hour; at < exitAt + 3 * minute; at += 10 * second) {
      reads.push(readOf(at % minute === 0 ? 'in' : 'gate', at, { readId: `t${at}`, plate: '' }));
    }
    const { told, rules } = new TestGarage(garageOf({ settings })).see(...inOrderOfComing(reads, lateMs));
    return rules.state.stays.get(told.visits.find(({ exitReadId }) => exitReadId === 'out0')!.visitId)!.exit!.evidence.confidence;
  };
  for (const exitAt of [day + 5 * minute, day + 14 * minute + 40 * second, day + 15 * minute + 20 * second]) {
    assert.equal(takenAs(exitAt, 110 * second), takenAs(exitAt, 0), `${exitAt / minute}`);
  }
  assert.ok(takenAs(day + 15 * minute + 20 * second, 0) > 0.6, 'it is learnt');
});

test('what a camera is found to confuse counts from the next quarter of an hour on, for what is decided later in this one too', () => {
  const settings = { ...usualSettings, horizonMs: 20 * minute };
  const letter = (nth: number): string => 'ABDEFGHJKMNPRSTUVWXYZ'[nth % 21]!;
  const unlike = (nth: number): string =>
    `L${letter(nth * 8)}${10 + ((nth * 37) % 90)}${letter(nth * 5)}${letter(nth * 11)}${letter(nth * 13)}`;
  const isPaired = (exitAt: number): boolean => {
    const pair = (at: number, plate: string, nth: number): CameraRead[] => [
      readOf('in', at - 3 * minute, { plate, country: 'GB', confidence: 0.8, readId: `in${nth}` }),
      readOf('out', at, { plate: plate.replaceAll('L', 'C'), country: 'GB', confidence: 0.8, readId: `out${nth}` }),
    ];
    const reads = pair(exitAt, 'LA19LLE', 0);
    // Those leave the state in the minute after that exit was read at the earliest one, and before it at the other.
    for (let nth = 1; nth <= 30; nth++) reads.push(...pair(day - 19 * minute + nth * 4 * second, unlike(nth), nth));
    for (let at = day - 30 * minute; at < exitAt + 4 * minute; at += 10 * second) {
      reads.push(readOf(at % minute === 0 ? 'in' : 'gate', at, { readId: `t${at}`, plate: '' }));
    }
    reads.sort((a, b) => a.capturedAt - b.capturedAt);
    return new TestGarage(garageOf({ settings })).see(...reads).told.visits.some(({ entryReadId, exitReadId }) => (
      entryReadId === 'in0' && exitReadId === 'out0'));
  };
  assert.ok(!isPaired(day + 6 * minute), 'learnt before it was decided, after it was read');
  assert.ok(!isPaired(day + 9 * minute), 'learnt before it was read');
  assert.ok(isPaired(day + 16 * minute), 'learnt in the quarter of an hour before');
});

test('whether others have left unread before an exit comes in, or after it, makes no difference', () => {
  const reads = [came(0, minute), left(0, 6 * hour + 59 * minute)];
  for (let nth = 1; nth <= 150; nth++) reads.push(came(nth, nth * minute), left(nth, 3 * hour + nth * minute));
  const sure = sureOf(reads, 0, usualSettings);
  for (let nth = 200; nth < 300; nth++) reads.push(left(nth, 6 * hour + 59 * minute + (nth - 199) * second));
  assert.equal(sureOf(reads, 0, usualSettings), sure);
  assert.equal(sureOf(reads, 110 * second, usualSettings), sure);
  // It is not that nobody counts them: two hours later they do.
  const later = [came(0, minute), left(0, 9 * hour), ...reads.slice(2)];
  assert.ok(sureOf(later, 0, usualSettings) < sureOf(later.slice(0, -100), 0, usualSettings) - 0.0001);
});

test('what was learned since is no reason to tell anew how sure a visit is', () => {
  const settings = { ...usualSettings, horizonMs: 70 * minute };
  const exitAt = day + 5 * minute;
  const read = (laneId: string, at: number, plate: string, receivedAfterMs = 0) =>
    ({ at: at + receivedAfterMs, read: readOf(laneId, at, { plate, readId: `${plate} ${laneId}`, confidence: 1 }) });
  const own = [read('in', exitAt - 6 * minute, 'CF51238'), read('out', exitAt, 'CF51238')];
  // One that is like it was inside. That another one was comes in late.
  const alike = [read('in', exitAt - 9 * minute, 'CF51237'), read('in', exitAt - 10 * minute, 'CF41238', 60 * minute)];
  const others = Array.from({ length: 101 }, (_, nth) => {
    const at = exitAt - (nth < 100 ? 68 : 35) * minute + nth * second;
    return { at, read: left(nth, at - (at % (4 * second))) };
  });
  const traffic = Array.from({ length: 4 * 60 }, (_, nth) => {
    const at = exitAt - 70 * minute + nth * 30 * second;
    return { at, read: readOf(nth % 2 === 0 ? 'in' : 'gate', at, { readId: `t${nth}`, plate: '' }) };
  });
  const reads = [...own, ...alike, ...others, ...traffic].sort((a, b) => a.at - b.at).map((each) => each.read);
  const { told, rules } = new TestGarage(garageOf({ settings })).see(...reads);
  const garage = rules.state.garage('g1');
  assert.ok(garage.stayTimesAt(reads.at(-1)!.capturedAt).missedShare > 0.4, 'much was learned');
  const visits = told.all.filter((one) => 'exitReadId' in one && one.exitReadId === 'CF51238 out');
  assert.equal(visits.length, 1);
});
