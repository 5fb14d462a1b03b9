import { hoursOfWeek, intervalOf } from '../cameras/intervals.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import { enteredAtOfClosedRow } from '../plain/plain-row.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import type { VisitsState } from '../state/state.ts';
import type { Stay } from '../state/stay.ts';
import { confusionsLearned, endRead, type CameraConfusions, type EndRead } from './camera-confusions.ts';
import { hourClassOf, LEARNED_ONE_IN, nothingLearnedOf, withLength } from './dwell-times.ts';
import { learnedFrom, nothingLearned, type EndedStay, type NextStay } from './stay-times.ts';

/** What stays teach when they leave the state: how long vehicles stay in a garage, when they come again, and what its cameras confuse. */
export class Learning {
  private readonly state: Pick<VisitsState, 'stays' | 'learned' | 'dwells' | 'confusions'>;

  constructor(state: Pick<VisitsState, 'stays' | 'learned' | 'dwells' | 'confusions'>) {
    this.state = state;
  }

  /** One stay in so many teaches how long stays are: it has left the state, nothing will change it. */
  learn(slot: number, { entry, exit, why, country, plate }: Stay, garage: GarageIndex): void {
    if (exit === null || why !== null || !isSampled(firstRead(exit).at)) return;
    if (entry === null) return this.learnLength(null, null, garage);
    this.learnTimes(slot, garage.plateOf(country, plate), lastRead(entry).at, firstRead(exit).at, garage);
    if (entry.evidence.plate !== exit.evidence.plate) this.learnConfusions(entry, exit, garage);
  }

  /** The same of one that is over and about to leave: nearly always plain and at rest, then its row tells. */
  learnPlainly(slot: number, garage: GarageIndex): void {
    const { stays } = this.state;
    const row = stays.rowAt(slot);
    const enteredAt = row < 0 ? NaN : enteredAtOfClosedRow(stays.rows.bytesOf(row), stays.rows.startOf(row));
    if (Number.isNaN(enteredAt)) this.learn(slot, stays.at(slot)!, garage);
    else this.learnTimes(slot, garage.plates.plateOf(slot), enteredAt, garage.leftAt(slot), garage);
  }

  private learnTimes(slot: number, plate: number, enteredAt: number, leftAt: number, garage: GarageIndex): void {
    const stay = { enteredAt, leftAt: Math.max(enteredAt, leftAt) };
    this.learnLength(stay, this.nextStayOf(slot, plate, enteredAt, leftAt, garage), garage);
    this.learnDwell(enteredAt, stay.leftAt - enteredAt, garage);
  }

  private learnLength(stay: EndedStay | null, next: NextStay | null, { garageId }: GarageIndex): void {
    const { learned } = this.state;
    learned.put(garageId, learnedFrom(learned.get(garageId) ?? nothingLearned, stay, next));
  }

  /** Of a pair that was read differently. */
  private learnConfusions(entry: Passage, exit: Passage, { garageId }: GarageIndex): void {
    const [came, left] = [endRead(entry), endRead(exit)];
    if (came === null || left === null || came.cameraId === left.cameraId) return;
    const { confusions } = this.state;
    const keyOf = ({ cameraId }: EndRead): string => `${garageId} ${cameraId}`;
    const knownOf = (end: EndRead): CameraConfusions =>
      confusions.get(keyOf(end)) ?? { garageId, cameraId: end.cameraId, characters: [] };
    const [ofCame, ofLeft] = confusionsLearned(came, left, [knownOf(came), knownOf(left)]);
    confusions.put(keyOf(came), ofCame);
    confusions.put(keyOf(left), ofLeft);
  }

  private learnDwell(enteredAt: number, lengthMs: number, { garageId, timezone }: GarageIndex): void {
    const hourClass = hourClassOf(hoursOfWeek(timezone).of(intervalOf(enteredAt)));
    const key = `${garageId} ${hourClass}`;
    const { dwells } = this.state;
    dwells.put(key, withLength(dwells.get(key) ?? nothingLearnedOf(garageId, hourClass), enteredAt, lengthMs));
  }

  /** The next stay after one of the plate's, which may have left the state. */
  private nextStayOf(
    slot: number, plate: number, enteredAt: number, exitedAt: number, garage: GarageIndex,
  ): NextStay | null {
    if (plate === NO_PLATE) return null;
    const { plates } = garage;
    let next: NextStay | null = null;
    for (let otherSlot = plates.firstSlot(plate); otherSlot !== NO_SLOT; otherSlot = plates.nextSlot(otherSlot)) {
      // Seen for the last time before it: surely not the next.
      if (otherSlot === slot || garage.lastSeenAt(otherSlot) < exitedAt) continue;
      const other = this.state.stays.at(otherSlot)!;
      if (other.entry === null || other.why !== null) continue;
      const { at } = lastRead(other.entry);
      if (at < exitedAt || (next !== null && at - enteredAt >= next.entryToEntryMs)) continue;
      const leftAt = other.exit === null ? null : firstRead(other.exit).at;
      next = {
        entryToEntryMs: at - enteredAt,
        exitToExitMs: leftAt === null ? null : leftAt - exitedAt,
        entryToExitMs: leftAt === null ? null : leftAt - enteredAt,
      };
    }
    return next;
  }
}

/** By the second: it is as good as drawn by lot, and the same in whatever order the reads came. */
export function isSampled(leftAt: number): boolean {
  return Math.floor(leftAt / 1000) % LEARNED_ONE_IN === 0;
}
