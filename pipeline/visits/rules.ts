import type {
  CameraRead, ClockMove, Control, Garage, Irregularity, Occupancy as OccupancyRecord, Sighting, Visit,
} from '../records/records.ts';
import type { Table, TaskState } from '../engine/state.ts';
import type { DueQueue } from './state/due-queue.ts';
import type { BlankRead } from './passages/blank-read.ts';
import { CLOSE_BEHIND_MS, judged, judgedAt } from './passages/blank-reads.ts';
import { dismiss } from './review/dismissal.ts';
import { isOddTime } from './cameras/clock-offset.ts';
import { intervalOf } from './cameras/intervals.ts';
import { judgeIntervals, noteOddRead, silentAt, watchCameras, withTimeMade } from './cameras/watching.ts';
import { clockAfterRead, clockAtStart, clockMovedTo, seenAt, type GarageClock } from './clock/garage-clock.ts';
import type { GarageIndex } from './state/garage-index.ts';
import { wasStay } from './pairing/inside-then.ts';
import { lateArrival } from './stays/irregularities.ts';
import { isSampled, Learning } from './learned/learning.ts';
import { linkedTo, regrouped, type Linked } from './passages/linked-passages.ts';
import { keyOf, nameOf, visitIdOf } from './stays/names.ts';
import { likelyInside } from './occupancy/occupancy.ts';
import { occupancyCounted } from './occupancy/occupancy-count.ts';
import { decideExit, decideWithout, isContested } from './pairing/pairing.ts';
import {
  comparePassages, firstRead, isDecided, isOwn, isSamePassage, leadsOut, passageOf, pendingDecision, type Passage,
} from './passages/passages.ts';
import { growPlainly, tellGrowthPlainly } from './plain/plain-growth.ts';
import { takePlainly } from './plain/plain-stays.ts';
import { NO_SLOT } from './state/plate-stays.ts';
import { QuietGarages } from './clock/quiet-garages.ts';
import { noteRecount, settleRecount } from './occupancy/recount.ts';
import { isBeforeAnExit, reopenAfter } from './pairing/reopening.ts';
import { rejudge } from './confidence/rejudging.ts';
import { review } from './review/review.ts';
import { isRepeated } from './passages/repeated-reads.ts';
import { openVisitsState, type VisitsState } from './state/state.ts';
import type { Stay } from './state/stay.ts';
import { homeOf, Timelines, type OwnedPassage, type Telling } from './stays/stays.ts';
import { undecidedPassage } from './pairing/undecided.ts';
import type { Weighing } from './pairing/weighing.ts';

/** Where the rules put what they find. */
export interface Sink {
  visit(visit: Visit): void;
  irregularity(irregularity: Irregularity): void;
  clockMove(move: ClockMove): void;
  /** A read that changed nothing; for metrics. */
  ignored(why: Ignored): void;
  /** How many are likely inside, now and then. Null: nobody asks; then it is not looked at, nor remembered what was told of it. */
  readonly occupancy: ((told: OccupancyRecord) => void) | null;
  /** Why an exit was given to whom; left out by those who need not know. */
  weighed?(weighing: Weighing): void;
  /** A person's word on a plate in two places, for the stage that knows all garages' stays of it; likewise. */
  sighting?(sighting: Sighting): void;
}

export type Ignored = 'repeated_read';

/**
 * The rules of visits over the state of one task: what a read, a control record and the quiet do to a garage.
 * They know nothing of Kafka; time is an argument.
 */
export interface VisitRules {
  /** What they remember, to look at. */
  readonly state: VisitsState;
  /**
   * @param offset of the read in its partition
   * @param monotonicMs a clock that never jumps: when the read came in
   */
  read(read: CameraRead, offset: number, monotonicMs: number, sink: Sink): void;
  /** @param garage the garage as now configured, for a control record of type `configuration`; null: none */
  control(control: Control, garage: Garage | null, monotonicMs: number, sink: Sink): void;
  /** The inputs are read to their end. Moves the clocks of quiet garages to what is due; true if anything was. */
  quiet(monotonicMs: number, sink: Sink): boolean;
}

export function openVisitRules(taskState: TaskState): VisitRules {
  const state = openVisitsState(taskState);
  const { stays, clocks, configurations, lateReads, recounts, blankReads, occupancies } = state;
  const quietGarages = new QuietGarages();
  const learning = new Learning(state);

  return {
    state,

    read(asSent, offset, monotonicMs, sink) {
      const garage = state.garage(asSent.garageId);
      const { settings } = garage;
      const before = clockOf(garage);
      if (!before.held) quietGarages.wake(garage);
      if (isRepeated(asSent, stays, garage) || isRemembered(asSent, before.clock, garage)) {
        putClock(garage, { ...before, readsOffset: offset + 1 });
        return sink.ignored('repeated_read');
      }
      const isOdd = isOddTime(asSent.receivedAt - asSent.capturedAt);
      let after = follow(asSent, before, garage, offset, sink);
      const read = isOdd ? asMade(asSent, garage, after.clock, sink) : asSent;
      if (read !== asSent) after = follow(read, after, garage, offset, sink);
      const at = seenAt(read);
      // A read that the clock does not follow yet leaves the garage as quiet as it was: one camera may be left alone. While
      // it is held nobody asks how quiet it is.
      if (!after.held && (after.clock !== before.clock || at <= after.clock)) garage.quiet.begin(monotonicMs, after.clock);
      const isLate = read.capturedAt < after.clock - settings.allowedLatenessMs;
      // As if none had waited: its interval may be one of them.
      if (isLate) judgeWaiting(garage, after.clock, sink);
      takeIn(read, garage, after.clock, sink);
      if (garage.cameras.unwatched > 0) watchCameras(after.clock, garage, state);
      if (isLate) judgeBlanksNear(read, garage, sink);
      if (isLate || isOdd || read.timing === 'clock_off') noteOddRead(asSent, read.capturedAt, after.clock, garage, state);
      if (intervalOf(after.clock) > intervalOf(before.clock)) tellOccupancy(garage, after.clock, sink);
    },

    control(control, configured, monotonicMs, sink) {
      const garageId = control.subject;
      const garage = state.garage(garageId);
      const clock = clockOf(garage);
      quietGarages.wake(garage);
      switch (control.type) {
        case 'clock_advance':
          moveClock(garage, control.to!, control.controlId, sink);
          garage.quiet.begin(monotonicMs, clockOf(garage).clock);
          return;
        case 'hold':
        case 'release':
          putClock(garage, { ...clock, held: control.type === 'hold' });
          garage.quiet.begin(monotonicMs, clock.clock);
          break;
        case 'recount':
          if (!noteRecount(control, clock.clock, state)) return;
          putClock(garage, clock);
          settleDue(garage, clock.clock, clock.clock, sink);
          break;
        case 'review_confirm':
        case 'review_split':
        case 'review_merge':
        case 'review_correct':
        case 'review_dismiss':
          if (!takeReview(control, garage, clock.clock, sink)) return;
          break;
        case 'configuration':
          if (configured === null) configurations.delete(garageId);
          else configurations.put(garageId, { version: control.version!, garage: configured });
          break;
      }
      const { readsOffset } = clock;
      sink.clockMove({
        garageId, from: clock.clock, to: clock.clock, cause: control.type, readsOffset, controlId: control.controlId,
      });
    },

    quiet(monotonicMs, sink) {
      let moved = false;
      for (const garage of quietGarages.due(monotonicMs, state.garages())) {
        if (garage.clockSlot === NO_SLOT) continue;
        const row = clockOf(garage);
        if (row.held) continue;
        // The first quiet after a restore: it counts as a read.
        if (!garage.quiet.hasBegun) garage.quiet.begin(monotonicMs, row.clock);
        const now = garage.quiet.at(monotonicMs);
        let due = nextDue(garage, now);
        for (; due <= now; due = nextDue(garage, now)) {
          moveClock(garage, due, null, sink);
          moved = true;
        }
        quietGarages.rest(garage, garage.quiet.until(due));
      }
      return moved;
    },
  };

  function clockOf({ clockSlot }: GarageIndex): GarageClock {
    return clockSlot === NO_SLOT ? clockAtStart : clocks.at(clockSlot)!;
  }

  function putClock({ garageId, clockSlot }: GarageIndex, clock: GarageClock): void {
    if (clockSlot === NO_SLOT) clocks.put(garageId, clock);
    else clocks.putAt(clockSlot, clock);
  }

  /** Moves the clock as far as it follows the read, and settles what is due by then. */
  function follow(read: CameraRead, before: GarageClock, garage: GarageIndex, offset: number, sink: Sink): GarageClock {
    const stepMs = garage.settings.allowedLatenessMs / 2;
    const after = clockAfterRead(before, read.cameraId, seenAt(read), stepMs, garage.cameras.isOnlyOne, offset + 1);
    putClock(garage, after);
    settleDue(garage, before.clock, after.clock, sink);
    return after;
  }

  /** A read that stands in no passage came before: one without a plate, or one that was older than the horizon. */
  function isRemembered(read: CameraRead, clock: number, { settings }: GarageIndex): boolean {
    if (read.plate === '' && blankReads.get(keyOf(read)) !== undefined) return true;
    return read.capturedAt < clock - settings.horizonMs && lateReads.get(keyOf(read)) !== undefined;
  }

  /** A read with an odd time, as of when it was made: by what all intervals tell of its camera that are over. */
  function asMade(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): CameraRead {
    judgeWaiting(garage, clock, sink);
    return withTimeMade(read, garage, state);
  }

  /** @param controlId of the `clock_advance` that moves it; null: the quiet does */
  function moveClock(garage: GarageIndex, to: number, controlId: string | null, sink: Sink): void {
    const { garageId } = garage;
    const before = clockOf(garage);
    const after = clockMovedTo(before, to);
    putClock(garage, after);
    if (after !== before || controlId !== null) {
      const cause = controlId === null ? 'tick' : 'clock_advance';
      sink.clockMove({ garageId, from: before.clock, to: after.clock, cause, readsOffset: after.readsOffset, controlId });
    }
    // While a replay is held nobody looks at what its end, or the next clock move, passes over.
    settleDue(garage, before.clock, after.clock, sink, before.held ? before.clock : Infinity);
  }

  /** One read into the passages of its plate, and what that changes. */
  function takeIn(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const { settings, operatorId } = garage;
    const isBlank = read.plate === '';
    if (read.capturedAt < clock - settings.horizonMs) return setAside(read, garage, clock, sink);
    const isLate = read.capturedAt < clock - settings.allowedLatenessMs;
    if (isLate && lateReads.get(keyOf(read)) === undefined) {
      tellAlone(keyOf(read), lateArrival(read, operatorId, true), garage, clock, sink);
    }
    if (isBlank) return takeBlank(read, garage, clock, sink);

    const lane = garage.lane(read.laneId);
    const passage = passageOf(read, lane, garage.cameras.isRear(read.cameraId), garage.confidences);
    const linked = linkedTo(firstRead(passage), stays, garage, lane);
    if (linked.length === 0 && !isLate) {
      const isInOrder = !isBeforeAnExit(passage, garage);
      const plain = takePlainly(stays, garage, clock, read, passage, visitIdOf, sink);
      if (plain !== null) {
        if (isInOrder) return;
        if (plain !== 'exit') reopenAround(read, passage, garage, clock, sink);
        rejudgeAround(read, plain === 'entry', garage, sink);
        return;
      }
    } else if (linked.length === 1 && !isLate) {
      const { slot, stay, passage: known } = linked[0]!;
      if (growPlainly(stays, garage, clock, slot, stay, known, firstRead(passage), sink)) {
        if (stay.entry === null || stay.exit === null) reopenAround(read, known, garage, clock, sink);
        rejudge([{ before: stay, after: stays.at(slot) }], { stays, garage, sink });
        return;
      }
    }
    foldIn(read, passage, linked, garage, clock, sink);
  }

  /** A passage that makes more of what is known than the plain cases say: the timelines that it touches are folded anew. */
  function foldIn(
    read: CameraRead, passage: Passage, linked: readonly Linked[], garage: GarageIndex, clock: number, sink: Sink,
  ): void {
    const isLate = read.capturedAt < clock - garage.settings.allowedLatenessMs;
    const telling = tellingOf(read, garage, clock, sink);
    const timelines = new Timelines(telling);
    const before = linked.map(({ stay, passage: known }) => timelines.take(known, stay));
    const now = regrouped(before, passage, garage.settings)
      .map((owned) => (before.includes(owned) ? owned : { ...owned, passage: weighed(owned, before, telling) }));
    for (const owned of now) timelines.put(owned);
    timelines.tell();
    for (const owned of now) {
      const { passage: grown } = owned;
      if (!before.includes(owned) && grown.ruling === null && isDecided(grown)) decideGrown(grown, telling);
    }
    for (const owned of now) {
      if (!before.includes(owned) && isBeforeAnExit(owned.passage, garage)) reopenAfter(owned.passage, telling);
    }
    if (isLate) reopenStrays(passage, telling);
    reopenContested(telling);
    for (const { passage: known } of before) {
      const isAsDecided = now.some(({ passage: grown }) =>
        leadsOut(grown) && haveReadInCommon(grown, known) && !isReadOtherwise(known, grown));
      if (isDecided(known) && !isAsDecided) decideWithout(known, telling);
    }
    // What came too late to be held is decided at once.
    if (garage.staysDue.first <= clock) settleDue(garage, clock, clock, sink);
  }

  /** What pairing decided on a passage was by less than has been read of it now. */
  function decideGrown(passage: Passage, telling: Telling): void {
    const { country, plate } = homeOf(passage);
    for (const slot of telling.garage.slotsOf(country, plate)) {
      const stay = stays.at(slot)!;
      for (const known of [stay.entry, stay.exit]) {
        if (known !== null && isSamePassage(known, passage)) return decideOn(known, stay, telling);
      }
    }
  }

  /** Has pairing decide by what was read up to the passage, and on what that makes of earlier exits and doubtful of later ones. */
  function decideOn(passage: Passage, stay: Stay, telling: Telling): void {
    const until = firstRead(passage).at + 1;
    const others = decideExit(stay, passage, telling, until);
    reopenContested(telling, until);
    if (!isBeforeAnExit(passage, telling.garage)) return;
    for (const decided of [...others, passage]) reopenAfter(decided, telling, passage);
  }

  /** An exit of its own plate's stay that another vehicle may have made: pairing decides, and anew if its plate is another now. */
  function weighed({ passage, owners }: OwnedPassage, before: readonly OwnedPassage[], { garage }: Telling): Passage {
    const { evidence, ruling, decision } = passage;
    const isReadAnew = before.some(({ passage: known }) => isReadOtherwise(known, passage));
    // One that was given to another's timeline stays there until it is decided anew.
    const isElsewhere = decision?.given != null && !isOwn(decision.given, passage) && !isReadAnew;
    if (ruling !== null || isElsewhere) return passage;
    if (!leadsOut(passage)) return { ...passage, decision: null };
    for (const slot of garage.slotsOf(evidence.country, evidence.plate)) {
      const own = stays.at(slot)!;
      if (own.entry === null || !wasStay(own) || comparePassages(own.entry, passage) >= 0) continue;
      const isOwner = owners.some(({ visitId }) => visitId === own.visitId);
      if (own.exit !== null && !isOwner && comparePassages(own.exit, passage) < 0) continue;
      if (isContested(passage, own, stays, garage)) return { ...passage, decision: pendingDecision(evidence) };
    }
    return { ...passage, decision: null };
  }

  /** What came in plainly, but for the order, may make exits that were read after it doubtful. */
  function reopenAround(read: CameraRead, passage: Passage, garage: GarageIndex, clock: number, sink: Sink): void {
    if (isBeforeAnExit(passage, garage)) reopenAfter(passage, tellingOf(read, garage, clock, sink));
  }

  /** The stay that it plainly began or ended may make visits that were told of later exits less sure, or surer. */
  function rejudgeAround({ country, plate }: CameraRead, hasBegun: boolean, garage: GarageIndex, sink: Sink): void {
    const { plates } = garage;
    const ofPlate = garage.plateOf(country, plate);
    const slot = hasBegun ? plates.open(ofPlate) : plates.endedLast(ofPlate);
    if (slot === NO_SLOT) return;
    const after = stays.at(slot)!;
    rejudge([{ before: hasBegun ? undefined : { ...after, exit: null }, after }], { stays, garage, sink });
  }

  function tellingOf(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): Telling {
    let minted = 0;
    return { stays, garage, clock, sink, mint: () => visitIdOf(read, minted++), ended: [] };
  }

  /** An entry that came late may be the one that exits were left unpaired for. */
  function reopenStrays(entry: Passage, telling: Telling): void {
    for (const slot of telling.garage.strays.near(entry.evidence)) {
      const stray = stays.at(slot);
      if (stray?.exit?.decision != null && firstRead(stray.exit).at > firstRead(entry).at) decideExit(stray, stray.exit, telling);
    }
  }

  /** Stays have ended that other exits were weighed against. @param until see `decideExit` */
  function reopenContested(telling: Telling, until = Infinity): void {
    if (telling.ended.length === 0) return;
    const seen = new Set<string>();
    for (let visitId = telling.ended.pop(); visitId !== undefined; visitId = telling.ended.pop()) {
      const strays = telling.garage.contested.by(visitId).map((strayId) => stays.get(strayId)!);
      for (const { visitId: strayId, exit } of strays.sort((a, b) => comparePassages(a.exit!, b.exit!))) {
        const stray = stays.get(strayId);
        if (stray?.exit == null || seen.has(strayId)) continue;
        seen.add(strayId);
        if (firstRead(exit!).at < until) decideExit(stray, stray.exit, telling, until);
      }
    }
  }

  function takeBlank(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const { garageId, laneId, cameraId, readId, capturedAt: at } = read;
    const blank: BlankRead = {
      garageId, laneId, cameraId, readId, at, isJudged: false, told: [], dueAt: judgedAt(at, garage),
    };
    blankReads.put(keyOf(read), blank.dueAt <= clock ? judged(blank, stays, garage, sink) : blank);
  }

  /** A late read may be what they were thought to lack. */
  function judgeBlanksNear({ laneId, capturedAt }: CameraRead, garage: GarageIndex, sink: Sink): void {
    const near: number[] = [];
    garage.lane(laneId).blanks.near(capturedAt, CLOSE_BEHIND_MS, CLOSE_BEHIND_MS, '', near);
    for (const slot of near) {
      const blank = blankReads.at(slot)!;
      if (blank.isJudged) blankReads.putAt(slot, judged(blank, stays, garage, sink));
    }
  }

  /** A read older than the horizon: what it could change has left the state. */
  function setAside(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const key = keyOf(read);
    if (lateReads.get(key) !== undefined) return sink.ignored('repeated_read');
    tellAlone(key, lateArrival(read, garage.operatorId, false), garage, clock, sink);
  }

  /** An irregularity that no stay holds: remembered for a horizon, so that it is told once and can be dismissed. */
  function tellAlone(key: string, told: Irregularity, garage: GarageIndex, clock: number, sink: Sink): void {
    lateReads.put(key, { garageId: garage.garageId, told, dueAt: clock + garage.settings.horizonMs });
    sink.irregularity(told);
  }

  /**
   * Everything that is due at this clock: what was held goes out, open stays are forgotten, ended ones leave, cameras are
   * judged.
   * @param from where the clock was before: what is due later is looked at as it is then, as if no clock had jumped
   * @param observedUntil garage clock from which on silence tells nothing of cameras
   */
  function settleDue(garage: GarageIndex, from: number, clock: number, sink: Sink, observedUntil = Infinity): void {
    // Asked at each read, and mostly nothing is.
    if (garage.firstDue <= clock) settleAllDue(garage, from, clock, sink, observedUntil);
  }

  /** All intervals that are judged by that clock, those too that need not be yet. */
  function judgeWaiting(garage: GarageIndex, clock: number, sink: Sink): void {
    while (garage.cameras.firstIntervalDue <= clock) {
      const until = { clock, before: Infinity, observedUntil: Infinity };
      judgeIntervals(until, garage, state, (irregularity) => sink.irregularity(irregularity));
    }
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
  function settleAllDue(garage: GarageIndex, from: number, clock: number, sink: Sink, observedUntil: number): void {
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
    let minted = 0;
    // What is found to be due by what was looked at just now may have been due before that: the clock never goes back.
    let reached = from;
    // Of an entry that counts no more nothing may depend: a restart does not know it.
    dropStale(recountsDue, recounts);
    while (staysDue.first <= clock || recountsDue.first <= clock || garage.cameras.intervalDue <= clock) {
      const at = staysDue.first;
      if (garage.cameras.intervalDue < at && garage.cameras.intervalDue < recountsDue.first) {
        const before = Math.min(at, recountsDue.first);
        judgeIntervals({ clock, before, observedUntil }, garage, state, (irregularity) => sink.irregularity(irregularity));
        continue;
      }
      if (recountsDue.first < at) {
        settleRecountDue(garage, recountsDue.first, sink);
        dropStale(recountsDue, recounts);
        continue;
      }
      // A clock that jumps past a count must leave what was inside then in the state until the count is settled.
      reached = Math.max(reached, at);
      const now = Math.min(reached, recountsDue.first);
      const slot = garage.takeDueStay();
      if (slot < 0) continue;
      if (garage.isOver(slot) && !garage.leavesWithAnother(slot)) {
        if (isSampled(garage.leftAt(slot))) learning.learnPlainly(slot, garage, now);
        deletePlainly(slot, garage);
        continue;
      }
      const stay = stays.at(slot)!;
      const grown = tellGrowthPlainly(stays, garage, now, slot, stay);
      if (grown !== null) {
        sink.visit(grown);
        continue;
      }
      const mint = (): string => {
        const { garageId } = garage;
        // Clock and offset together never come again.
        return nameOf(`${garageId} ${clock} ${clocks.get(garageId)!.readsOffset} ${minted++}`);
      };
      const telling: Telling = { stays, garage, clock: now, sink, mint, ended: [] };
      const passage = undecidedPassage(stay, stay.visit);
      if (passage !== null) {
        decideOn(passage, stay, telling);
      } else {
        const timelines = new Timelines(telling);
        timelines.of(stay);
        timelines.tell();
        if (stays.at(slot) === undefined) learning.learn(slot, stay, garage, now);
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
    if (garage.queueIsStale) staysDue.compact((at, slot) => garage.isStayDue(slot, at));
    garage.settled();
  }

  /** Of a stay that is over: nearly always plain and at rest, then nothing of it need be decoded. */
  function deletePlainly(slot: number, garage: GarageIndex): void {
    const row = stays.rowAt(slot);
    if (row >= 0 && garage.forgetPlainly(slot, stays.rows.bytesOf(row), stays.rows.startOf(row))) stays.deleteRowAt(slot);
    else stays.deleteAt(slot);
  }

  /** A person's word on a visit. The same record again changes nothing: false. */
  function takeReview(control: Control, garage: GarageIndex, clock: number, sink: Sink): boolean {
    const { controlId } = control;
    const { garageId } = garage;
    const key = `${garageId} review ${controlId}`;
    if (lateReads.get(key) !== undefined) return false;
    let minted = 0;
    const mint = (): string => nameOf(`${garageId} ${controlId} ${minted++}`);
    const telling: Telling = { stays, garage, clock, sink, mint, ended: [] };
    if (control.type === 'review_dismiss') dismiss(control, state, sink);
    else review(control, telling);
    lateReads.put(key, { garageId, told: null, dueAt: clock + garage.settings.horizonMs });
    reopenContested(telling);
    if (garage.staysDue.first <= clock) settleDue(garage, clock, clock, sink);
    return true;
  }

  /** The recount that is due: settled, then remembered for a horizon. */
  function settleRecountDue(garage: GarageIndex, clock: number, sink: Sink): void {
    const controlId = garage.recountsDue.firstKey;
    garage.recountsDue.pop();
    const recount = recounts.get(controlId)!;
    if (recount.isSettled) return recounts.delete(controlId);
    let minted = 0;
    const mint = (): string => nameOf(`${garage.garageId} ${controlId} ${minted++}`);
    const telling: Telling = { stays, garage, clock, sink, mint, ended: [] };
    const isNewest = recount.at >= garage.occupancy.countedAt;
    const { told, open, kept, ...named } = settleRecount(recount, controlId, telling);
    tellAlone(`${garage.garageId} recount ${controlId}`, told, garage, clock, sink);
    if (isNewest) {
      const { timezone, settings, oneWayLanes, live, stayTimes, dwellTimes, occupancy } = garage;
      const then = { timezone, settings, oneWayLanes, live, stayTimes, dwellTimes, occupancy, entered: open };
      occupancies.put(garage.garageId, occupancyCounted(then, kept, { at: recount.at, count: recount.count, ...named }));
      tellOccupancy(garage, clock, sink);
    }
    recounts.put(controlId, { ...recount, isSettled: true, dueAt: clock + garage.settings.horizonMs });
    reopenContested(telling);
  }

  /** How many are likely inside at this clock, if that is more or fewer beyond the open visits than was told last. */
  function tellOccupancy(garage: GarageIndex, clock: number, sink: Sink): void {
    // What was told decides of nothing else.
    if (sink.occupancy === null) return;
    const { garageId, operatorId, openVisits } = garage;
    const inside = likelyInside(garage, clock);
    const toldBeyond = Math.round(inside - openVisits);
    const { countedAt } = garage.occupancy;
    if (toldBeyond === garage.occupancy.toldBeyond) return;
    occupancies.put(garageId, { ...garage.occupancy, toldBeyond });
    sink.occupancy({ garageId, operatorId, at: clock, inside, openVisits, countedAt: countedAt === 0 ? null : countedAt });
  }

  /** Next garage clock at which something is due, Infinity if nothing is. */
  function nextDue(garage: GarageIndex, now: number): number {
    const { staysDue, lateReadsDue, recountsDue, blankReadsDue } = garage;
    while (staysDue.size > 0 && !garage.isStayDue(staysDue.firstKey, staysDue.first)) staysDue.pop();
    dropStale(lateReadsDue, lateReads);
    dropStale(recountsDue, recounts);
    dropStale(blankReadsDue, blankReads);
    // Reads that came since have put it off.
    if (!(garage.cameras.silentAt > now)) garage.cameras.silentAt = silentAt(garage, state.watches);
    return Math.min(staysDue.first, lateReadsDue.first, recountsDue.first, blankReadsDue.first, garage.cameras.silentAt);
  }
}

function haveReadInCommon({ reads }: Passage, other: Passage): boolean {
  return reads.some((read) => other.reads.includes(read));
}

/** As of another plate, or going another way. */
function isReadOtherwise(known: Passage, grown: Passage): boolean {
  return !isOwn(known.evidence, grown) || known.direction !== grown.direction;
}

/** Takes out what is not due any more, up to the first that is. */
function dropStale<V extends { readonly dueAt: number }>(queue: DueQueue, table: Table<V>): void {
  while (queue.size > 0 && table.get(queue.firstKey)?.dueAt !== queue.first) queue.pop();
}
