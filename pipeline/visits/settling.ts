import type { Table } from '../engine/state.ts';
import { judgeIntervals, silentAt } from './cameras/watching.ts';
import { isSampled, Learning } from './learned/learning.ts';
import { occupancyCounted } from './occupancy/occupancy-count.ts';
import { settleRecount } from './occupancy/recount.ts';
import { tellOccupancy } from './occupancy/told-occupancy.ts';
import { decideOn, reopenContested } from './pairing/deciding.ts';
import { undecidedPassage } from './stays/undecided.ts';
import { judged } from './passages/blank-reads.ts';
import { tellGrowthAtRest, tellGrowthPlainly } from './plain/plain-growth.ts';
import type { Sink } from './sink.ts';
import { closedRow } from './state/closed-row.ts';
import type { DueQueue } from '../engine/due-queue.ts';
import type { GarageIndex } from './state/garage-index.ts';
import type { VisitsState } from './state/state.ts';
import { nameOf } from './stays/names.ts';
import { Timelines, type Telling } from './stays/stays.ts';
import { tellAlone } from './told-alone.ts';

/** What the garage clock makes due, whatever moves it: looked at in the order of time, and when the next will be. */
export class Settling {
  private readonly state: VisitsState;
  private readonly learning: Learning;
  /** The control record that is taken in; null: a read, or the quiet. */
  private said: string | null = null;
  /** What the record that is taken in has named so far, and by which clock. */
  private minted = 0;
  private mintedAt = NaN;

  constructor(state: VisitsState) {
    this.state = state;
    this.learning = new Learning(state);
  }

  /** A record is taken in: what it makes due has names of its own. */
  begin(controlId: string | null): void {
    this.said = controlId;
    this.mintedAt = NaN;
  }

  /**
   * Everything that is due at this clock: what was held goes out, open stays are forgotten, ended ones leave, cameras are
   * judged.
   * @param from where the clock was before: what is due later is looked at as it is then, as if no clock had jumped
   * @param observedUntil garage clock from which on silence tells nothing of cameras
   */
  settleDue(garage: GarageIndex, from: number, clock: number, sink: Sink, observedUntil = Infinity): void {
    // Asked at each read, and mostly nothing is.
    if (garage.firstDue <= clock) this.settleAllDue(garage, from, clock, sink, observedUntil);
  }

  /** All intervals that are judged by that clock, those too that need not be yet. */
  judgeWaiting(garage: GarageIndex, clock: number, sink: Sink): void {
    while (garage.cameras.firstIntervalDue <= clock) {
      const until = { clock, before: Infinity, observedUntil: Infinity };
      judgeIntervals(until, garage, this.state, (irregularity) => sink.irregularity(irregularity));
    }
  }

  /** Next garage clock at which something is due, Infinity if nothing is. */
  nextDue(garage: GarageIndex, now: number): number {
    const { lateReads, recounts, blankReads, watches } = this.state;
    const { staysDue, lateReadsDue, recountsDue, blankReadsDue } = garage;
    staysDue.dropStale();
    dropStale(lateReadsDue, lateReads);
    dropStale(recountsDue, recounts);
    dropStale(blankReadsDue, blankReads);
    // Reads that came since have put it off.
    if (!(garage.cameras.silentAt > now)) garage.cameras.silentAt = silentAt(garage, watches);
    return Math.min(staysDue.first, lateReadsDue.first, recountsDue.first, blankReadsDue.first, garage.cameras.silentAt);
  }

  /**
   * It ends, though a decision may make other exits doubtful again. No passages are added here: were it endless, some would be decided on
   * for ever. Of those take the first (`comparePassages`): something takes its decision away time and again, but nothing can.
   * - A decision makes exits pending that were read after it, and on those before the first no more is decided. Of exits before it only
   *   those that nothing was decided on, and that others may have made (`reopenAfter`): such a one is due next, has a decision then, and
   *   keeps it.
   * - One that nothing was decided on may lose its stay to another's exit, or change its side with what is read next. Once decided on, it
   *   is without a decision again only if it had been pending, and no other may have made it.
   * - A fold takes away what a timeline can't hold. What a decision changes is folded until all is held (`Timelines`): only a later clock,
   *   or what was learnt from a stay that left, takes away more. The clock stops, and each stay leaves once.
   */
  private settleAllDue(garage: GarageIndex, from: number, clock: number, sink: Sink, observedUntil: number): void {
    const { stays, lateReads, recounts, blankReads } = this.state;
    const { staysDue, lateReadsDue, recountsDue, blankReadsDue } = garage;
    // First, for they are judged by stays that may leave at this clock.
    while (blankReadsDue.first <= clock) {
      const key = blankReadsDue.firstKey;
      const blank = blankReads.get(key);
      if (blank?.dueAt === blankReadsDue.first) {
        if (blank.isJudged) blankReads.delete(key);
        else blankReads.put(key, judged(blank, stays, garage, sink));
      }
      blankReadsDue.pop();
    }
    // What is found to be due by what was looked at just now may have been due before that: the clock never goes back.
    let reached = from;
    // Of an entry that counts no more nothing may depend: a restart does not know it.
    dropStale(recountsDue, recounts);
    while (staysDue.first <= clock || recountsDue.first <= clock || garage.cameras.intervalDue <= clock) {
      const at = staysDue.first;
      if (garage.cameras.intervalDue < at && garage.cameras.intervalDue < recountsDue.first) {
        const before = Math.min(at, recountsDue.first);
        judgeIntervals({ clock, before, observedUntil }, garage, this.state, (irregularity) => sink.irregularity(irregularity));
        continue;
      }
      if (recountsDue.first < at) {
        this.settleRecountDue(garage, recountsDue.first, reached, sink);
        dropStale(recountsDue, recounts);
        continue;
      }
      // A clock that jumps past a count must leave what was inside then in the state until the count is settled.
      reached = Math.max(reached, at);
      const now = Math.min(reached, recountsDue.first);
      const slot = garage.takeDueStay();
      if (slot < 0) continue;
      if (garage.isOver(slot) && !garage.leavesWithAnother(slot)) {
        this.leave(slot, garage, now);
        continue;
      }
      if (tellGrowthAtRest(stays, garage, now, slot, sink)) continue;
      const stay = stays.at(slot)!;
      const grown = tellGrowthPlainly(stays, garage, now, slot, stay);
      if (grown !== null) {
        sink.visit(grown);
        continue;
      }
      const telling: Telling = { stays, garage, clock: now, sink, mint: () => this.mint(garage, from, clock), ended: [] };
      const passage = undecidedPassage(stay, stay.visit);
      if (passage !== null) {
        decideOn(passage, stay, telling);
      } else {
        const timelines = new Timelines(telling);
        timelines.of(stay);
        timelines.tell();
        if (stays.at(slot) === undefined) this.learning.learn(slot, stay, garage, now);
        reopenContested(telling, at - garage.settings.allowedLatenessMs + 1);
      }
      // Another exit of that very instant may have taken the place of the one that was decided on.
      const after = stays.at(slot);
      if (after?.dueAt === at && undecidedPassage(after, after.visit) !== null) staysDue.push(at, slot);
    }
    while (lateReadsDue.first <= clock) {
      const key = lateReadsDue.firstKey;
      if (lateReads.get(key)?.dueAt === lateReadsDue.first) lateReads.delete(key);
      lateReadsDue.pop();
    }
    if (garage.queueIsStale) staysDue.compact();
    garage.settled();
  }

  /** Clock and offset together come again only with a word that moves no clock. */
  private mint({ garageId }: GarageIndex, from: number, clock: number): string {
    if (clock !== this.mintedAt) this.minted = 0;
    this.mintedAt = clock;
    const word = from === clock && this.said !== null ? `${this.said} ` : '';
    return nameOf(`${garageId} ${clock} ${this.state.clocks.get(garageId)!.readsOffset} ${word}${this.minted++}`);
  }

  /** A stay that is over leaves the state: nearly always plain and at rest, then nothing of it need be decoded. */
  private leave(slot: number, garage: GarageIndex, now: number): void {
    const { stays } = this.state;
    const isPlain = garage.areHashesApart && closedRow.read(stays, slot);
    if (isSampled(garage.leftAt(slot))) {
      if (isPlain) this.learning.learnPlainly(slot, closedRow, garage, now);
      else this.learning.learn(slot, stays.at(slot)!, garage, now);
    }
    if (!isPlain) return stays.deleteAt(slot);
    garage.forgetPlainly(slot, closedRow);
    stays.deleteRowAt(slot);
  }

  /**
   * The recount that is due: settled, then remembered for a horizon.
   * @param reached what was told last of how many are inside is at most as new: a count that was brought late is told after it
   */
  private settleRecountDue(garage: GarageIndex, clock: number, reached: number, sink: Sink): void {
    const { stays, lateReads, recounts, occupancies } = this.state;
    const controlId = garage.recountsDue.firstKey;
    garage.recountsDue.pop();
    const recount = recounts.get(controlId)!;
    if (recount.isSettled) return recounts.delete(controlId);
    let minted = 0;
    const mint = (): string => nameOf(`${garage.garageId} ${controlId} ${minted++}`);
    const telling: Telling = { stays, garage, clock, sink, mint, ended: [] };
    const isNewest = recount.at >= garage.occupancy.countedAt;
    const { told, open, kept, ...named } = settleRecount(recount, controlId, telling);
    tellAlone(`${garage.garageId} recount ${controlId}`, told, garage, clock, lateReads, sink);
    if (isNewest) {
      const { timezone, settings, oneWayLanes, live, stayTimes, dwellTimes, occupancy } = garage;
      const then = { timezone, settings, oneWayLanes, live, stayTimes, dwellTimes, occupancy, entered: open };
      occupancies.put(garage.garageId, occupancyCounted(then, kept, { at: recount.at, count: recount.count, ...named }));
      tellOccupancy(garage, Math.max(clock, reached), occupancies, sink);
    }
    recounts.put(controlId, { ...recount, isSettled: true, dueAt: clock + garage.settings.horizonMs });
    reopenContested(telling);
  }
}

/** Takes out what is not due any more, up to the first that is. */
function dropStale<V extends { readonly dueAt: number }>(queue: DueQueue, table: Table<V>): void {
  while (queue.size > 0 && table.get(queue.firstKey)?.dueAt !== queue.first) queue.pop();
}
