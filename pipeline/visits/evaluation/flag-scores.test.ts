import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead, Irregularity } from '../../records/records.ts';
import { garageOf, hour, readOf } from '../test-garage.ts';
import { flagScores, type FlagScore } from './flag-scores.ts';
import { openLateReads } from './late-reads.ts';
import { passageOf, stayOf, visitOf } from './test-truth.ts';
import { openToldDirections } from './told-directions.ts';
import { openTruth, type TruthLine } from './truth.ts';

const day = 24 * hour;
const raised = (type: string, more: Partial<Irregularity> = {}): Irregularity => ({
  irregularityId: type, revision: 1, status: 'open', type, operatorId: '', garageId: 'g1', at: 9 * hour, cameraId: null, readIds: [],
  visitIds: [], severity: 'info', action: '', ...more,
});

/** The score of that type, or of the one there is. */
function scored(lines: TruthLine[], irregularities: Irregularity[], reads: CameraRead[] = [], type: string | null = null): FlagScore {
  const lateReads = openLateReads([garageOf()]);
  const directions = openToldDirections([garageOf()]);
  for (const read of reads) for (const each of [lateReads, directions]) each.read(read);
  const visits = new Map([['v', visitOf('v', { entryReadId: 'e', exitReadId: 'x' })]]);
  const scores = flagScores(irregularities, { truth: openTruth(lines), garages: [garageOf()], lateReads, directions, visits });
  const [score, ...others] = scores.filter((of) => type === null || of.type === type);
  assert.equal(others.length, 0);
  return score!;
}

test('an irregularity is right by a read, or by a visit, of what has its label; withdrawn it was never raised', () => {
  const stay = stayOf('car', ['e'], ['x'], { labels: ['plate_mismatch'] });
  for (const about of [{ readIds: ['x'] }, { visitIds: ['v'] }]) {
    const { recall, precision } = scored([stay], [raised('plate_mismatch', about)]);
    assert.deepEqual({ recall, precision }, { recall: 1, precision: 1 });
  }
  const { recall, precision } = scored([stay], [raised('plate_mismatch', { readIds: ['x'], status: 'withdrawn' })]);
  assert.deepEqual({ recall, precision }, { recall: 0, precision: null });
});

test('one about something without the label is wrong, unless a fault gives cause for it', () => {
  const { raised: count, right, precision } = scored([stayOf('car', ['e'], ['x'])], [raised('plate_mismatch', { visitIds: ['v'] })]);
  assert.deepEqual({ count, right, precision }, { count: 1, right: 0, precision: 0 });
  const misread = stayOf('car', ['e'], ['x'], { faults: [{ kind: 'misread' }] });
  const { excused, precision: none } = scored([misread], [raised('plate_mismatch', { visitIds: ['v'] })]);
  assert.deepEqual({ excused, none }, { excused: 1, none: null });
});

test('a missed exit can be detected once the vehicle comes in again, or has been inside for forgetAfter', () => {
  const missed = stayOf('car', ['e'], [], { labels: ['missed_exit'] });
  const later = (entryReadIds: string[]) =>
    stayOf('car', entryReadIds, ['x2'], { enteredAt: '1970-01-02T08:00:00Z', exitedAt: '1970-01-02T09:00:00Z' });
  const irregularity = raised('missed_exit', { readIds: ['e'] });
  assert.equal(scored([missed], [irregularity]).labelled, 0);
  assert.equal(scored([missed, later(['e2'])], [irregularity]).labelled, 1);
  assert.equal(scored([missed, later([])], [irregularity]).labelled, 0);
  const muchLater = stayOf('other', ['e3'], ['x3'], { enteredAt: '1970-03-02T08:00:00Z', exitedAt: '1970-03-02T09:00:00Z' });
  assert.equal(scored([missed, muchLater], [irregularity]).labelled, 1);
});

test('an overstay can be detected if the vehicle was seen leaving', () => {
  const labelled = (exitReadIds: string[]) =>
    scored([stayOf('car', ['e'], exitReadIds, { labels: ['overstay'] })], [raised('overstay', { readIds: ['e'] })]).labelled;
  assert.deepEqual([labelled(['x']), labelled([])], [1, 0]);
});

test('a vehicle shown at the entry twice within 8 minutes may have turned round: neither aaba, double entry nor missed exit can be detected', () => {
  const labelled = (type: string, minutes: number, passageFirst: boolean) => {
    const at = (offset: number) => `1970-01-01T08:${String(offset).padStart(2, '0')}:00.000Z`;
    const again = passageOf(['p'], {
      vehicleId: 'car', at: at(passageFirst ? 0 : minutes), labels: passageFirst ? ['missed_exit'] : ['aaba'],
    });
    const stay = stayOf('car', ['e'], ['x'], {
      enteredAt: at(passageFirst ? minutes : 0), exitedAt: '1970-01-01T09:59:00.000Z', labels: passageFirst ? ['double_entry'] : [],
    });
    return scored([stay, again], [raised(type, { readIds: ['q'] })], [], type).labelled;
  };
  for (const [type, passageFirst] of [['aaba', false], ['double_entry', true], ['missed_exit', true]] as const) {
    assert.deepEqual([labelled(type, 7, passageFirst), labelled(type, 9, passageFirst)], [0, 1], type);
  }
});

test('where the rules say that one shown at the entry twice within 8 minutes turned round, that is no error though it had come in', () => {
  const precision = (minutes: number) => {
    const again = passageOf(['p'], { vehicleId: 'car', at: `1970-01-01T08:0${minutes}:00.000Z`, labels: ['aaba'] });
    return scored([stayOf('car', ['e'], ['x']), again], [raised('reversed', { readIds: ['e'] })], [], 'reversed').precision;
  };
  assert.deepEqual([precision(7), precision(9)], [null, 0]);
});

test('that a vehicle goes against its lane can be detected if a camera there said which way it went', () => {
  const stay = stayOf('car', ['e'], ['x'], { labels: ['wrong_direction'] });
  const labelled = (entry: Partial<CameraRead>, exit: Partial<CameraRead>) => scored(
    [stay], [raised('wrong_direction', { readIds: ['e'] })],
    [readOf('out', 0, { readId: 'e', ...entry }), readOf('out', hour, { readId: 'x', ...exit })],
  ).labelled;
  assert.equal(labelled({ direction: 'IN' }, {}), 1);
  assert.equal(labelled({}, { direction: 'OUT' }), 0);
  assert.equal(labelled({ direction: 'OUT' }, { direction: 'IN' }), 0, 'a wrong word at the exit says nothing of the entry');
});

test('that nobody told the direction can be detected where the lane does not tell it', () => {
  const stay = stayOf('car', ['e', 'e2'], ['x'], { labels: ['direction_unknown'] });
  const labelled = (laneId: string, more: Partial<CameraRead> = {}) => scored(
    [stay], [raised('direction_unknown', { readIds: ['e'] })],
    [readOf(laneId, 0, { readId: 'e' }), readOf(laneId, 0, { readId: 'e2', ...more }), readOf('out', hour, { readId: 'x' })],
  ).labelled;
  assert.deepEqual([labelled('gate'), labelled('gate', { direction: 'IN' }), labelled('in')], [1, 0, 0]);
});

test('an unread vehicle close behind another is told rightly, whether it meant to slip through or not', () => {
  const unread = stayOf('car', ['e'], [], { labels: ['plate_unreadable'] });
  const precision = (line: TruthLine) => scored([line], [raised('tailgating', { readIds: ['e'] })], [], 'tailgating').precision;
  assert.deepEqual([precision(unread), precision(stayOf('car', ['e'], []))], [null, 0]);
});

test('a late read can be detected if its garage saw something else meanwhile', () => {
  const stay = stayOf('car', ['e'], ['x'], { labels: ['late_arrival'] });
  const read = (readId: string, capturedAt: number, receivedAt: number) => readOf('in', 0, { readId, capturedAt, receivedAt });
  const late = read('e', hour, 2 * hour);
  const irregularity = raised('late_arrival', { readIds: ['e'] });
  assert.equal(scored([stay], [irregularity], [late]).labelled, 0);
  assert.equal(scored([stay], [irregularity], [read('other', 1.5 * hour, 1.5 * hour), late]).detected, 1);
});

test("a camera's irregularity is right within its lane's fault window and a day after", () => {
  const window = {
    kind: 'camera', garageId: 'g1', cameraId: 'in-camera', from: '1970-01-01T06:00:00Z', to: '1970-01-01T12:00:00Z',
    labels: ['camera_silent'],
  } as const;
  const at = (instant: number) => scored([window], [raised('camera_silent', { cameraId: 'in-camera', at: instant })]);
  assert.equal(at(9 * hour).detected, 1);
  assert.equal(at(day).detected, 1);
  assert.equal(at(3 * hour).right, 0);
  assert.equal(at(3 * day).right, 0);
});

test('two places are right by a visit in either garage, and could be seen if one was read during the whole stay in the other', () => {
  const labels = { labels: ['two_places'] };
  const from = (hours: number, more: number) => ({ enteredAt: `1970-01-01T0${hours}:00:00Z`, exitedAt: `1970-01-01T0${hours + more}:00:00Z` });
  const whole = stayOf('car', ['e'], ['x'], { ...labels, ...from(1, 7) });
  const elsewhere = (readIds: string[]) => ({ ...stayOf('clone', readIds, [], { ...labels, ...from(3, 1) }), garageId: 'g2' });
  const irregularity = raised('two_places', { garageId: 'g2', visitIds: ['v'] });
  const { labelled, detected, precision } = scored([whole, elsewhere(['e2'])], [irregularity]);
  assert.deepEqual({ labelled, detected, precision }, { labelled: 2, detected: 1, precision: 1 });
  assert.equal(scored([whole, elsewhere([])], [irregularity]).labelled, 0);
});

test('passages that are no stay have labels too', () => {
  const { recall } = scored([passageOf(['p'], { labels: ['ghost_read'] })], [raised('ghost_read', { readIds: ['p'] })]);
  assert.equal(recall, 1);
});
