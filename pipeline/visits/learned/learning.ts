import type { Visit } from '../../records/records.ts';
import { hoursOfWeek, intervalOf } from '../cameras/intervals.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import type { ClosedRow } from '../state/closed-row.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import { isStrangers } from '../state/presence.ts';
import type { VisitsState } from '../state/state.ts';
import { enteredAtOf } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import { confusionsLearned, endRead, nothingLearnedOfCamera, type CameraConfusions, type EndRead } from './camera-confusions.ts';
import { confidencesLearned, judgedReads, nothingLearnedOfConfidences, type JudgedRead } from './confidence-worth.ts';
import { hourClassOf, LEARNED_ONE_IN, nothingLearnedOf, withLength } from './dwell-times.ts';
import type { EndedStay, NextStay } from './stay-times.ts';
import { taughtBy } from './taught-stays.ts';

/**
 * What stays teach when they leave the state: how long vehicles stay in a garage, when they come again, what its cameras confuse, and how
 * sure of themselves they are when they are right.
 */
export class Learning {
  private readonly state: Pick<VisitsState, 'stays' | 'learned' | 'dwells' | 'confusions' | 'confidences'>;

  constructor(state: Pick<VisitsState, 'stays' | 'learned' | 'dwells' | 'confusions' | 'confidences'>) {
    this.state = state;
  }

  /** One stay in so many teaches how long stays are: it has left the state at that clock, nothing will change it. */
  learn(slot: number, stay: Stay, garage: GarageIndex, clock: number): void {
    const { entry, exit, why, country, plate } = stay;
    if (exit === null || why !== null || !isSampled(firstRead(exit).at)) return;
    if (entry === null) {
      if (isStrangers(exit)) this.learnLength(null, null, garage, clock);
      return;
    }
    this.learnTimes(slot, garage.plateOf(country, plate), lastRead(entry).at, firstRead(exit).at, garage, clock);
    if (entry.evidence.plate !== exit.evidence.plate) this.learnConfusions(entry, exit, garage, clock);
    if (this.teachesConfidences(firstRead(exit).at, garage, clock)) this.learnConfidences(stay, garage, clock);
  }

  /** The same of a plain one that is about to leave, read alike at both ends. @param closed its row */
  learnPlainly(slot: number, closed: ClosedRow, garage: GarageIndex, clock: number): void {
    const leftAt = garage.leftAt(slot);
    this.learnTimes(slot, garage.plates.plateOf(slot), closed.enteredAt, leftAt, garage, clock);
    if (!this.teachesConfidences(leftAt, garage, clock)) return;
    if (!closed.isOfOwnPlate) this.learnConfidences(this.state.stays.at(slot)!, garage, clock);
    else if (isSure(closed)) this.learnJudged(closed.judgedReads(), garage, clock);
  }

  private learnTimes(slot: number, plate: number, enteredAt: number, leftAt: number, garage: GarageIndex, clock: number): void {
    const stay = { enteredAt, leftAt: Math.max(enteredAt, leftAt) };
    this.learnLength(stay, this.nextStayOf(slot, plate, enteredAt, leftAt, garage), garage, clock);
    this.learnDwell(enteredAt, stay.leftAt - enteredAt, garage);
  }

  private learnLength(stay: EndedStay | null, next: NextStay | null, { garageId, learned }: GarageIndex, clock: number): void {
    const taught = taughtBy(learned.taught, stay, next, intervalOf(clock));
    if (learned.slot === NO_SLOT) this.state.learned.put(garageId, taught);
    else this.state.learned.putAt(learned.slot, taught);
  }

  /** Of a pair that was read differently. */
  private learnConfusions(entry: Passage, exit: Passage, { garageId }: GarageIndex, clock: number): void {
    const [came, left] = [endRead(entry), endRead(exit)];
    if (came === null || left === null || came.cameraId === left.cameraId) return;
    const { confusions } = this.state;
    const keyOf = ({ cameraId }: EndRead): string => `${garageId} ${cameraId}`;
    const knownOf = (end: EndRead): CameraConfusions =>
      confusions.get(keyOf(end)) ?? nothingLearnedOfCamera(garageId, end.cameraId);
    const [ofCame, ofLeft] = confusionsLearned(came, left, [knownOf(came), knownOf(left)], intervalOf(clock));
    confusions.put(keyOf(came), ofCame);
    confusions.put(keyOf(left), ofLeft);
  }

  /** Once much is known far fewer do than teach of times, for their reads have to be looked at. */
  private teachesConfidences(leftAt: number, { confidences }: GarageIndex, clock: number): boolean {
    return confidences.at(clock)?.isWellKnown !== true || isOneIn(CONFIDENCES_ONE_IN, leftAt);
  }

  private learnConfidences({ entry, exit, visit }: Stay, garage: GarageIndex, clock: number): void {
    if (visit === null || !isSure(visit)) return;
    this.learnJudged([judgedReads(entry!, visit.plate), judgedReads(exit!, visit.plate)], garage, clock);
  }

  private learnJudged(passages: readonly (readonly JudgedRead[])[], garage: GarageIndex, clock: number): void {
    const { garageId, confidences: { slot } } = garage;
    const { confidences } = this.state;
    const before = slot === NO_SLOT ? nothingLearnedOfConfidences(garageId) : confidences.at(slot)!;
    const after = confidencesLearned(before, passages, intervalOf(clock));
    if (slot === NO_SLOT) confidences.put(garageId, after);
    else confidences.putAt(slot, after);
  }

  private learnDwell(enteredAt: number, lengthMs: number, { garageId, timezone, learned }: GarageIndex): void {
    const hourClass = hourClassOf(hoursOfWeek(timezone).of(intervalOf(enteredAt)));
    const slot = learned.dwellSlot(hourClass);
    const { dwells } = this.state;
    if (slot === NO_SLOT) dwells.put(`${garageId} ${hourClass}`, withLength(nothingLearnedOf(garageId, hourClass), enteredAt, lengthMs));
    else dwells.putAt(slot, withLength(dwells.at(slot)!, enteredAt, lengthMs));
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
      const at = enteredAtOf(this.state.stays, otherSlot);
      // NaN: it began with no entry, or never.
      if (!(at >= exitedAt) || (next !== null && at - enteredAt >= next.entryToEntryMs)) continue;
      const leftAt = garage.leftAt(otherSlot);
      next = {
        entryToEntryMs: at - enteredAt,
        exitToExitMs: leftAt === 0 ? null : leftAt - exitedAt,
        entryToExitMs: leftAt === 0 ? null : leftAt - enteredAt,
      };
    }
    return next;
  }
}

/** A multiple of the other: these are sampled among those. */
const CONFIDENCES_ONE_IN = 4 * LEARNED_ONE_IN;

/** A pair that is hardly doubted. */
function isSure({ status, matchConfidence }: Pick<Visit, 'status' | 'matchConfidence'>): boolean {
  return status === 'closed' && matchConfidence >= SURE_FROM;
}

const SURE_FROM = 0.9;

/** By the second: it is as good as drawn by lot, and the same in whatever order the reads came. */
export function isSampled(leftAt: number): boolean {
  return isOneIn(LEARNED_ONE_IN, leftAt);
}

function isOneIn(many: number, leftAt: number): boolean {
  return Math.floor(leftAt / 1000) % many === 0;
}
