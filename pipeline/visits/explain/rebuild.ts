import { RecordBlock } from '../../engine/record-block.ts';
import { RejectedError } from '../../engine/stage.ts';
import { TaskState } from '../../engine/state.ts';
import type { CameraRead, ClockMove, Control, Garage } from '../../records/records.ts';
import { checkControl, checkRead } from '../acceptance.ts';
import { openVisitRules, type VisitRules } from '../rules.ts';
import type { Sink } from '../sink.ts';

/** What stands on the topics about one garage, besides its reads. */
export interface GarageHistory {
  /** As parking.visits.clock has them: moves of the clock, and where control records were taken in. */
  readonly moves: readonly ClockMove[];
  /** By controlId. */
  readonly controls: ReadonlyMap<string, Control>;
  /** The garage as a `configuration` record brought it; null: taken away. */
  configured(control: Control): Garage | null;
}

/** What made the rules tell something: the read of an offset, or a record of parking.visits.clock. */
export type Cause = { readonly readOffset: number } | { readonly move: ClockMove };

/**
 * The rules once more over what they went by: the reads of one garage in the order of their offsets, and between them what
 * parking.visits.clock says came there. The same log gives the same revisions, byte for byte.
 */
export interface Rebuild {
  readonly rules: VisitRules;
  /** @param writtenAt timestamp of its record */
  read(read: CameraRead, offset: number, writtenAt: number): void;
  /** What came after the last read, and before the read of that offset. */
  end(offset?: number): void;
  /** Clock moves whose control record is not there any more: what follows may differ. */
  readonly lostControls: number;
}

/**
 * @param sink told all that the rules tell
 * @param after called when a read, a move or a control record has taken effect, with what it was
 */
export function openRebuild(
  { moves, controls, configured }: GarageHistory, sink: Sink, after: (cause: Cause) => void = () => {},
): Rebuild {
  const state = new TaskState();
  const rules = openVisitRules(state);
  const changelog = new RecordBlock();
  let next = 0;
  let lostControls = 0;
  let unsettled = 0;

  return {
    rules,
    read(read, offset, writtenAt) {
      applyMoves(offset);
      apply({ readOffset: offset }, () => {
        checkRead(read, writtenAt);
        rules.read(read, offset, 0, sink);
      });
    },
    end: (offset = Infinity) => applyMoves(offset),
    get lostControls() {
      return lostControls;
    },
  };

  /** Those that came before the read of that offset. */
  function applyMoves(offset: number): void {
    for (; next < moves.length && moves[next]!.readsOffset <= offset; next++) {
      const move = moves[next]!;
      apply({ move }, () => applyMove(move));
    }
  }

  function applyMove({ garageId, to, cause, controlId }: ClockMove): void {
    const control = controlId === null ? undefined : controls.get(controlId);
    if (control !== undefined) {
      // It was taken in, so its record was not written before what it speaks of.
      checkControl(control, Infinity);
      const garage = control.type === 'configuration' ? configured(control) : null;
      return rules.control(control, garage, 0, sink);
    }
    if (!isWhole(cause)) {
      lostControls++;
      return;
    }
    rules.control({
      controlId: controlId ?? '', type: cause === 'tick' ? 'clock_advance' : cause, subject: garageId, to, version: null,
      issuedAt: 0, issuedBy: '', reason: '',
    }, null, 0, sink);
  }

  /** What the stage set aside as a dead letter had no effect there, and has none here. */
  function apply(cause: Cause, input: () => void): void {
    state.mark();
    try {
      input();
    } catch (error) {
      state.undo();
      if (!(error instanceof RejectedError)) throw error;
    }
    if (++unsettled === SETTLED_EVERY) {
      // Nobody reads the changelog; stays that have ended then rest as bytes.
      state.settle(changelog, 0);
      changelog.clear();
      unsettled = 0;
    }
    after(cause);
  }
}

/** Causes whose moves tell all that there is to them. */
function isWhole(cause: ClockMove['cause']): boolean {
  return cause === 'tick' || cause === 'clock_advance' || cause === 'hold' || cause === 'release';
}

const SETTLED_EVERY = 10_000;
