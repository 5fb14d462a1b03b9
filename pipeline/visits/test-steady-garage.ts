import type { OneWayLane } from './occupancy/blind-lanes.ts';
import { IntervalCounts } from './cameras/interval-counts.ts';
import { newRhythm, setDay } from './cameras/rhythm.ts';
import { DwellTimes, nothingLearnedOf, withLength } from './learned/dwell-times.ts';
import { nothingCounted, type Inside } from './occupancy/occupancy.ts';
import { StayTimes } from './learned/stay-times.ts';
import { TaskMemory } from './state/task-memory.ts';
import { day, hour, minute, settings } from './test-garage.ts';

/** A garage of which is known that 40 vehicles come in in each hour and stay for half an hour; nobody is inside. */
export function steadyGarage(entriesQuietFrom: number, at: number, cutOff: 'not' | 'and all came late' | 'and half came late' = 'not'): Inside {
  const stayTimes = new StayTimes();
  const dwellTimes = new DwellTimes(() => stayTimes);
  for (let hourClass = 0; hourClass < 48; hourClass++) {
    let learned = nothingLearnedOf('g1', hourClass);
    for (let on = 1; on <= 20; on++) for (let i = 0; i < 10; i++) learned = withLength(learned, on * day, 15 * minute);
    dwellTimes.learn(hourClass, learned);
  }
  const lane = (direction: 'IN' | 'OUT', quietFrom: number): OneWayLane => {
    const rhythm = newRhythm();
    for (let of = 0; of < 7; of++) setDay(rhythm, of, { shares: new Array<number>(24).fill(0.99), seen: new Array<number>(24).fill(16) });
    const memory = new TaskMemory();
    const [counts, late] = [new IntervalCounts(memory), new IntervalCounts(memory)];
    let reads = 0;
    for (let read = at - 2 * day; read < at; read += 1.5 * minute) {
      const isCutOff = cutOff !== 'not' && direction === 'IN' && read >= at - 5 * hour && read < at - 2 * hour;
      if (read >= quietFrom || (isCutOff && cutOff === 'and half came late' && reads++ % 2 === 0)) continue;
      counts.add(read);
      if (isCutOff) late.add(read);
    }
    return { direction, cameras: [{ cameraId: direction, hash: 0, isConfigured: true, isWatched: true, counts, late, rhythm, surprise: 0 }] };
  };
  return {
    entered: new Map(), timezone: 'Europe/Oslo', settings, live: 1_000, stayTimes, dwellTimes, occupancy: nothingCounted,
    oneWayLanes: [lane('IN', entriesQuietFrom), lane('OUT', Infinity)],
  };
}
