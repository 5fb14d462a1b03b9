import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RejectedError } from '../../engine/stage.ts';
import type { CameraRead } from '../../records/records.ts';
import { controlOf, day, hour, minute, readOf, second, start, TestGarage } from '../test-garage.ts';

const entered = (plate: string, at: number): CameraRead => readOf('in', at, { plate, direction: 'IN' });
const left = (plate: string, at: number): CameraRead => readOf('out', at, { plate, direction: 'OUT' });
const plates = ['AB12345', 'KX77301', 'ZT90146'];

/** Three came in, a day apart; the count is made later. */
const garageWithThree = (): TestGarage =>
  new TestGarage().see(...plates.map((plate, i) => entered(plate, i * day))).advance(2 * day + hour);

function recount(garage: TestGarage, at: number, count: number, inside: readonly string[] = [], controlId = 'count'): TestGarage {
  const control = controlOf('recount', { controlId, to: start + at, count, plates: inside, issuedBy: 'attendant' });
  garage.rules.control(control, null, garage.monotonicMs, garage.told);
  return garage;
}

const statuses = ({ told }: TestGarage) => Object.fromEntries(told.visits.map(({ plate, status }) => [plate, status]));
const at = 2 * day + 2 * hour;
const settled = at + 2 * minute;

describe('a recount', () => {
  test('ends the stays that are least likely to last, and leaves a trail', () => {
    const garage = recount(garageWithThree(), at, 1).advance(settled);
    assert.deepEqual(statuses(garage), { AB12345: 'unclosed', KX77301: 'unclosed', ZT90146: 'open' });
    const { irregularities } = garage.told;
    const trail = irregularities.find(({ type }) => type === 'recount')!;
    assert.deepEqual([trail.at, trail.visitIds.length, trail.severity], [start + at, 2, 'info']);
    assert.match(trail.action, /1 counted by attendant: 2 of 3 open visits became unclosed/);
    const missed = irregularities.filter(({ type }) => type === 'missed_exit');
    assert.deepEqual(missed.map((found) => [found.at, found.action.includes('recount')]), [[start + at, true], [start + at, true]]);
  });

  test('keeps the vehicles that were seen inside', () => {
    const garage = recount(garageWithThree(), at, 1, ['AB12345']).advance(settled);
    assert.deepEqual(statuses(garage), { AB12345: 'open', KX77301: 'unclosed', ZT90146: 'unclosed' });
  });

  test('that names a vehicle which has been inside for too long tells its overstay: somebody has seen it', () => {
    const garage = garageWithThree().advance(10 * day);
    const overstays = () => garage.told.irregularities.filter(({ type }) => type === 'overstay').map(({ visitIds, action }) => [visitIds, action]);
    recount(garage, 10 * day, 2, ['AB12345']).advance(10 * day + 3 * minute);
    const { visitId, flags } = garage.told.visits.find(({ plate }) => plate === 'AB12345')!;
    const told = [[[visitId], 'the visit stays open: see whether the vehicle is still there']];
    assert.deepEqual([overstays(), flags], [told, ['overstay']]);
    assert.deepEqual(garage.told.visits.filter((visit) => visit.flags.includes('overstay')).length, 1);
    garage.restart().see(left('AB12345', 11 * day)).advance(11 * day + hour);
    assert.deepEqual(overstays().map(([, action]) => action), ['none: the stay has ended']);
  });

  test('that names one which has been inside for long makes it likelier that it still is when it has stayed too long', () => {
    const garage = garageWithThree().advance(6 * day);
    recount(garage, 6 * day, 2, ['AB12345']).advance(7 * day + 5 * minute);
    const flagged = garage.restart().advance(8 * day + 5 * minute).told.visits.filter(({ flags }) => flags.includes('overstay'));
    assert.deepEqual(flagged.map(({ plate, status }) => [plate, status]), [['AB12345', 'open']]);
  });

  test('keeps whom the count before had named sooner than who came in shortly before that and nobody saw', () => {
    const garage = recount(garageWithThree(), at, 3, ['AB12345']).advance(9 * day);
    const second = controlOf('recount', { controlId: 'second', to: start + 9 * day, count: 1, issuedBy: 'attendant' });
    garage.rules.control(second, null, garage.monotonicMs, garage.told);
    const again = garage.advance(9 * day + 3 * minute);
    assert.equal(statuses(again).AB12345, 'open');
  });

  test('of more vehicles than are known to be inside says so, and changes nothing', () => {
    const garage = recount(garageWithThree(), at, 5).advance(settled);
    assert.deepEqual(new Set(Object.values(statuses(garage))), new Set(['open']));
    const [trail] = garage.told.irregularities;
    assert.deepEqual([trail!.type, trail!.severity], ['recount', 'warning']);
    assert.match(trail!.action, /2 more than are known/);
  });

  test('waits until all reads of its time have come in', () => {
    const garage = recount(garageWithThree(), at, 2);
    garage.advance(settled - 1);
    assert.ok(!Object.values(statuses(garage)).includes('unclosed'));
    garage.see(left('AB12345', at - minute)).advance(settled);
    assert.deepEqual(statuses(garage), { AB12345: 'closed', KX77301: 'open', ZT90146: 'open' });
  });

  test('counts what was inside at its instant, however far past it the clock jumps', () => {
    const garage = recount(garageWithThree(), 20 * day, 0).advance(200 * day);
    const trail = garage.told.irregularities.find(({ type }) => type === 'recount')!;
    assert.match(trail.action, /3 of 3 open visits became unclosed/);
  });

  test('lets each vehicle that is read again before it is settled come in anew', () => {
    const garage = recount(garageWithThree(), at, 0);
    const again = plates.map((plate, i) => readOf('gate', at + (i + 1) * 20 * second, { plate, direction: 'UNKNOWN' }));
    garage.see(...again).advance(at + 10 * minute);
    const anew = garage.told.visits.filter(({ status }) => status === 'open');
    assert.deepEqual(anew.map(({ plate, entryReadId }) => [plate, entryReadId]), again.map(({ plate, readId }) => [plate, readId]));
  });

  test('is settled by the quiet when nothing comes in', () => {
    const garage = garageWithThree().see(entered('QQ11111', at - hour));
    garage.waitQuietly(2 * hour);
    recount(garage, at, 0);
    assert.ok(garage.waitQuietly(hour));
    assert.ok(Object.values(statuses(garage)).every((status) => status === 'unclosed'));
  });

  test('that comes twice holds once, after a restart too', () => {
    const garage = recount(recount(garageWithThree(), at, 2), at, 2).advance(settled).restart();
    const told = garage.told.all.length;
    recount(garage, at, 0).advance(settled + hour);
    assert.equal(garage.told.all.length, told);
  });

  test('that comes after its horizon is refused, again or for the first time', () => {
    const garage = recount(garageWithThree(), at, 2).advance(settled).see(entered('QQ11111', at + hour)).advance(at + 2 * day);
    const [told, before] = [garage.told.all.length, statuses(garage)];
    const unchanged = () => assert.deepEqual([garage.told.all.length, statuses(garage)], [told, before]);
    const refused = (controlId: string) => assert.throws(() => recount(garage, at, 0, [], controlId), (error) =>
      error instanceof RejectedError && error.reason === 'recount_too_late');
    recount(garage.restart().advance(at + 2 * day + minute), at, 0);
    unchanged();
    refused('another');
    garage.advance(at + 3 * day).restart();
    for (const controlId of ['count', 'another']) refused(controlId);
    garage.advance(at + 3 * day + hour);
    unchanged();
  });

  test('is put right by an exit that is read after all', () => {
    const garage = recount(garageWithThree(), at, 0).advance(settled).restart().see(left('ZT90146', at + 5 * hour));
    const { status, enteredAt, exitedAt } = garage.told.visits.find(({ plate }) => plate === 'ZT90146')!;
    assert.deepEqual([status, enteredAt, exitedAt], ['closed', start + 2 * day, start + at + 5 * hour]);
    assert.ok(!garage.told.irregularities.some(({ type, visitIds }) => type === 'missed_exit' && visitIds.length === 0));
  });

  test('is no double entry when the vehicle comes again', () => {
    const garage = recount(garageWithThree(), at, 0).advance(settled).see(entered('ZT90146', at + 5 * hour)).advance(at + 6 * hour);
    const { told } = garage;
    assert.deepEqual(told.visits.filter(({ plate }) => plate === 'ZT90146').map(({ status }) => status), ['unclosed', 'open']);
    assert.ok(!told.irregularities.some(({ type }) => type === 'double_entry'));
  });

  test('leaves nothing behind but its instant once its horizon has passed', () => {
    const garage = recount(garageWithThree(), at, 0).advance(settled).advance(settled + 5 * day);
    const { clocks, configurations, learned, watches, rhythms, dwells, occupancies, confusions } = garage.rules.state;
    const remains = [clocks, configurations, learned, watches, rhythms, dwells, occupancies, confusions];
    assert.equal(garage.state.size, remains.reduce((sum, { size }) => sum + size, 0));
  });
});
