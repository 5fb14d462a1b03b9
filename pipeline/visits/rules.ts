import type { TaskState } from '../engine/state.ts';
import type { CameraRead, Control, Garage } from '../records/records.ts';
import { isOddTime } from './cameras/clock-offset.ts';
import { intervalOf } from './cameras/intervals.ts';
import { noteOddRead, watchCameras, withTimeMade } from './cameras/watching.ts';
import { clockAfterRead, clockAtStart, clockMovedTo, seenAt, type GarageClock } from './clock/garage-clock.ts';
import { QuietGarages } from './clock/quiet-garages.ts';
import { mayHaveCounted, mayHaveStoodBy, rejudge } from './confidence/rejudging.ts';
import { noteRecount } from './occupancy/recount.ts';
import { tellOccupancy } from './occupancy/told-occupancy.ts';
import { decideGrown, isReadOtherwise, reopenContested, reopenStrays, weighed } from './pairing/deciding.ts';
import { decideWithout } from './pairing/pairing.ts';
import { isBeforeAnExit, reopenAfter } from './pairing/reopening.ts';
import type { BlankRead } from './passages/blank-read.ts';
import { CLOSE_BEHIND_MS, judged, judgedAt } from './passages/blank-reads.ts';
import { clustersWith, joinedAlone, linkedTo, noClusters, regrouped, type Clusters, type Linked } from './passages/linked-passages.ts';
import { compareReads, firstRead, isDecided, leadsOut, passageOf, passageOfSorted, type Passage } from './passages/passages.ts';
import { isRepeated } from './passages/repeated-reads.ts';
import { growAlike, slotOfPlate } from './plain/alike-growth.ts';
import { growPlainly } from './plain/plain-growth.ts';
import { takePlainly } from './plain/plain-stays.ts';
import { dismiss } from './review/dismissal.ts';
import { review } from './review/review.ts';
import { Settling } from './settling.ts';
import type { Sink } from './sink.ts';
import type { GarageIndex } from './state/garage-index.ts';
import { NO_SLOT } from './state/plate-stays.ts';
import { openVisitsState, type VisitsState } from './state/state.ts';
import { lateArrival } from './stays/irregularities.ts';
import { keyOf, nameOf, visitIdOf } from './stays/names.ts';
import { Timelines, type Telling } from './stays/stays.ts';
import { tellAlone } from './told-alone.ts';

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
  const { stays, clocks, configurations, lateReads, blankReads, occupancies } = state;
  const quietGarages = new QuietGarages();
  const settling = new Settling(state);

  return {
    state,

    read(asSent, offset, monotonicMs, sink) {
      const garage = state.garage(asSent.garageId);
      const { settings } = garage;
      settling.begin(null);
      const mayBeKnown = garage.look(asSent);
      const before = clockOf(garage);
      if (!before.held) quietGarages.wake(garage);
      if ((mayBeKnown && isRepeated(asSent, stays, garage)) || isRemembered(asSent, before.clock, garage)) {
        putClock(garage, { ...before, readsOffset: offset + 1 });
        return sink.ignored('repeated_read');
      }
      const isOdd = isOddTime(asSent.receivedAt - asSent.capturedAt);
      let after = follow(asSent, before, garage, offset, sink);
      const read = isOdd ? asMade(asSent, garage, after.clock, sink) : asSent;
      if (read !== asSent) after = follow(read, after, garage, offset, sink);
      const at = seenAt(read);
      // A read that the clock does not follow yet leaves the garage as quiet as it was: one camera may be left alone. While
      // it is held any read tells that somebody is at it.
      if (after.held || after.clock !== before.clock || at <= after.clock) garage.quiet.begin(monotonicMs, after.clock);
      const isLate = read.capturedAt < after.clock - settings.allowedLatenessMs;
      // As if none had waited: its interval may be one of them.
      if (isLate) settling.judgeWaiting(garage, after.clock, sink);
      takeIn(read, garage, after.clock, sink);
      if (garage.cameras.unwatched > 0) watchCameras(after.clock, garage, state);
      if (isLate) judgeBlanksNear(read, garage, sink);
      if (isLate || isOdd || read.timing === 'clock_off') noteOddRead(asSent, read.capturedAt, after.clock, garage, state);
      if (intervalOf(after.clock) > intervalOf(before.clock)) tellOccupancy(garage, after.clock, occupancies, sink);
    },

    control(control, configured, monotonicMs, sink) {
      const garageId = control.subject;
      const garage = state.garage(garageId);
      const clock = clockOf(garage);
      settling.begin(control.controlId);
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
          settling.settleDue(garage, clock.clock, clock.clock, sink);
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
        // The first quiet after a restore: it counts as a read.
        if (!garage.quiet.hasBegun) garage.quiet.begin(monotonicMs, row.clock);
        if (row.held) {
          if (monotonicMs < garage.quiet.heldUntil) {
            quietGarages.rest(garage, garage.quiet.heldUntil);
            continue;
          }
          letGo(garage, row, monotonicMs, sink);
          moved = true;
        }
        settling.begin(null);
        const now = garage.quiet.at(monotonicMs);
        let due = settling.nextDue(garage, now);
        for (; due <= now; due = settling.nextDue(garage, now)) {
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
    // Nothing is derived from it but its slot.
    else if (clocks.at(clockSlot) !== clock) clocks.replaceAt(clockSlot, clock);
  }

  /** The hold has lapsed: who held the garage is gone. It goes on by itself from now on. */
  function letGo(garage: GarageIndex, row: GarageClock, monotonicMs: number, sink: Sink): void {
    const { clock, readsOffset } = row;
    putClock(garage, { ...row, held: false });
    garage.quiet.begin(monotonicMs, clock);
    sink.clockMove({ garageId: garage.garageId, from: clock, to: clock, cause: 'release', readsOffset, controlId: null });
  }

  /** Moves the clock as far as it follows the read, and settles what is due by then. */
  function follow(read: CameraRead, before: GarageClock, garage: GarageIndex, offset: number, sink: Sink): GarageClock {
    const stepMs = garage.settings.allowedLatenessMs / 2;
    const after = clockAfterRead(before, read.cameraId, seenAt(read), stepMs, garage.cameras.isOnlyOne, offset + 1);
    putClock(garage, after);
    settling.settleDue(garage, before.clock, after.clock, sink);
    return after;
  }

  /** A read that stands in no passage came before: one without a plate, or one that was older than the horizon. */
  function isRemembered(read: CameraRead, clock: number, { settings }: GarageIndex): boolean {
    if (read.plate === '' && blankReads.get(keyOf(read)) !== undefined) return true;
    return read.capturedAt < clock - settings.horizonMs && lateReads.get(keyOf(read)) !== undefined;
  }

  /** A read with an odd time, as of when it was made: by what all intervals tell of its camera that are over. */
  function asMade(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): CameraRead {
    settling.judgeWaiting(garage, clock, sink);
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
    settling.settleDue(garage, before.clock, after.clock, sink, before.held ? before.clock : Infinity);
  }

  /** One read into the passages of its plate, and what that changes. */
  function takeIn(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const { settings, operatorId } = garage;
    const isBlank = read.plate === '';
    if (read.capturedAt < clock - settings.horizonMs) return setAside(read, garage, clock, sink);
    const isLate = read.capturedAt < clock - settings.allowedLatenessMs;
    if (isLate && lateReads.get(keyOf(read)) === undefined) {
      tellAlone(keyOf(read), lateArrival(read, operatorId, true), garage, clock, lateReads, sink);
    }
    if (isBlank) return takeBlank(read, garage, clock, sink);

    const lane = garage.lane(read.laneId);
    const passage = passageOf(read, lane, garage.cameras.isRear(read.cameraId), garage.confidences.at(read.capturedAt));
    const near = garage.readNear(firstRead(passage), lane);
    const own = near.length === 0 || isLate ? NO_SLOT : slotOfPlate(near, read, garage);
    if (own !== NO_SLOT && growAlike(stays, garage, clock, own, read, passage, lane)) return;
    // Others have been looked for since.
    const linked = linkedTo(firstRead(passage), own !== NO_SLOT ? garage.readNear(firstRead(passage), lane) : near, stays, garage, lane);
    if (linked.length > 0) {
      const { slot, stay, passage: known } = linked[0]!;
      const isOfLast = linked.length === 1 && known === (stay.exit ?? stay.entry);
      if (isOfLast && !isLate && own === slot && growAlike(stays, garage, clock, slot, read, passage, null)) return;
      return grow(read, passage, linked, garage, clock, sink);
    }
    if (!isLate) {
      const isInOrder = !isBeforeAnExit(passage, garage);
      const plain = takePlainly(stays, garage, clock, read, passage, sink);
      if (plain !== null) {
        if (isInOrder) return;
        if (plain !== 'exit') reopenAround(read, passage, garage, clock, sink);
        rejudgeAround(passage, plain === 'entry', garage, sink);
        return;
      }
    }
    foldIn(read, passage, linked, noClusters, null, garage, clock, sink);
  }

  /** A read that is linked to passages: one of them grows, and plainly, or the timelines are folded anew. */
  function grow(
    read: CameraRead, passage: Passage, linked: readonly Linked[], garage: GarageIndex, clock: number, sink: Sink,
  ): void {
    const { passageGapMs, allowedLatenessMs } = garage.settings;
    const only = firstRead(passage);
    const clusters = clustersWith(only, linked, passageGapMs);
    const joined = only.at < clock - allowedLatenessMs ? null : joinedAlone(only, linked, clusters);
    if (joined === null) return foldIn(read, passage, linked, clusters, null, garage, clock, sink);
    const grown = passageOfSorted(clusters.find((cluster) => cluster.includes(only))!, null, null);
    if (!growPlainly(stays, garage, clock, joined, grown, only, sink)) {
      return foldIn(read, passage, linked, clusters, grown, garage, clock, sink);
    }
    const { slot, stay, passage: known } = joined;
    if (stay.entry === null || stay.exit === null) reopenAround(read, known, garage, clock, sink);
    rejudge([{ before: stay, after: stays.at(slot) }], { stays, garage, sink });
  }

  /**
   * A passage that makes more of what is known than the plain cases say: the timelines that it touches are folded anew.
   * @param clusters of the reads of those that it is linked to and its own @param joined what it makes of one of them, if it only joins that
   */
  function foldIn(
    read: CameraRead, passage: Passage, linked: readonly Linked[], clusters: Clusters, joined: Passage | null,
    garage: GarageIndex, clock: number, sink: Sink,
  ): void {
    const isLate = read.capturedAt < clock - garage.settings.allowedLatenessMs;
    const telling = tellingOf(read, garage, clock, sink);
    const timelines = new Timelines(telling);
    const before = linked.map(({ stay, passage: known }) => timelines.take(known, stay));
    const now = regrouped(before, passage, linked, clusters, joined)
      .map((owned) => (before.includes(owned) ? owned : { ...owned, passage: weighed(owned, before, telling) }));
    for (const owned of now) timelines.put(owned);
    for (const { stay } of linked) {
      if (stay.exit?.ruling?.pairedWith == null) continue;
      for (const { passage: grown } of now) timelines.takeAlong(grown, stay);
    }
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
    settleOverdue(garage, clock, sink);
  }

  /** What came too late to be held is decided at once. */
  function settleOverdue(garage: GarageIndex, clock: number, sink: Sink): void {
    if (garage.staysDue.first <= clock) settling.settleDue(garage, clock, clock, sink);
  }

  /** What came in plainly, but for the order, may make exits that were read after it doubtful. */
  function reopenAround(read: CameraRead, passage: Passage, garage: GarageIndex, clock: number, sink: Sink): void {
    if (isBeforeAnExit(passage, garage)) reopenAfter(passage, tellingOf(read, garage, clock, sink));
  }

  /** The stay that it plainly began or ended may make visits that were told of later exits less sure, or surer: seldom it does. */
  function rejudgeAround(passage: Passage, hasBegun: boolean, garage: GarageIndex, sink: Sink): void {
    const { evidence } = passage;
    const { at } = firstRead(passage);
    if (hasBegun && !mayHaveCounted(at, garage)) return;
    const { plates } = garage;
    const ofPlate = garage.plateOf(evidence.country, evidence.plate);
    const slot = hasBegun ? plates.open(ofPlate) : plates.endedLast(ofPlate);
    if (slot === NO_SLOT || (!hasBegun && !mayHaveStoodBy(slot, evidence, at, { stays, garage }))) return;
    const after = stays.at(slot)!;
    rejudge([{ before: hasBegun ? undefined : { ...after, exit: null }, after }], { stays, garage, sink });
  }

  function tellingOf(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): Telling {
    let minted = 0;
    return { stays, garage, clock, sink, mint: () => visitIdOf(read, minted++), ended: [] };
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
    for (const slot of [...garage.lane(laneId).blanks.near(capturedAt, CLOSE_BEHIND_MS, CLOSE_BEHIND_MS, '')]) {
      const blank = blankReads.at(slot)!;
      if (blank.isJudged) blankReads.putAt(slot, judged(blank, stays, garage, sink));
    }
  }

  /** A read older than the horizon: what it could change has left the state. */
  function setAside(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const key = keyOf(read);
    if (lateReads.get(key) !== undefined) return sink.ignored('repeated_read');
    tellAlone(key, lateArrival(read, garage.operatorId, false), garage, clock, lateReads, sink);
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
    settleOverdue(garage, clock, sink);
    return true;
  }
}

function haveReadInCommon({ reads }: Passage, other: Passage): boolean {
  return reads.some((read) => other.reads.some((each) => compareReads(each, read) === 0));
}
