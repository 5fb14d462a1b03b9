import type { CameraRead } from '../../records/records.ts';

/**
 * The garage clock: the only time that the rules see. It never goes back. Reads move it here (a); the quiet
 * (b) and control records (c) do through `clockMovedTo`.
 */
export interface GarageClock {
  /** ms UTC; 0 before the garage's first read. */
  readonly clock: number;
  /** A jump that one camera alone speaks for waits here until another's read is also beyond. */
  readonly waitingCamera: string | null;
  readonly waitingAt: number;
  /** Held (a replay is running): the quiet moves nothing, until the hold lapses. */
  readonly held: boolean;
  /** Next offset of the reads topic after the garage's last read. */
  readonly readsOffset: number;
}

export const clockAtStart: GarageClock = { clock: 0, waitingCamera: null, waitingAt: 0, held: false, readsOffset: 0 };

/** When a read was seen, by the garage clock, ms UTC: nothing is seen after it has come in. */
export function seenAt({ capturedAt, receivedAt }: Pick<CameraRead, 'capturedAt' | 'receivedAt'>): number {
  return Math.min(capturedAt, receivedAt);
}

/**
 * The clock after a read seen at `at` (`seenAt`). Up to `stepMs` ahead it follows; a
 * longer jump waits for a second camera, so that one wrong camera can't move it far. After a quiet night the first
 * read therefore waits, and the first one of another camera moves the clock to the earlier of the two.
 *
 * @param onlyCamera the garage has one camera: nobody else could confirm a jump
 */
export function clockAfterRead(
  before: GarageClock, cameraId: string, at: number, stepMs: number, onlyCamera: boolean, readsOffset: number,
): GarageClock {
  const { clock, waitingCamera, waitingAt, held } = before;
  if (at <= clock) return { clock, waitingCamera, waitingAt, held, readsOffset };
  if (clock === 0 || onlyCamera || at <= clock + stepMs) {
    return { clock: at, waitingCamera, waitingAt, held, readsOffset };
  }
  if (waitingCamera === null || waitingCamera === cameraId || waitingAt <= clock) {
    return { clock, waitingCamera: cameraId, waitingAt: at, held, readsOffset };
  }
  // Two cameras agree that it is later. The further one goes on waiting: it may be right as well.
  return at < waitingAt
    ? { clock: at, waitingCamera, waitingAt, held, readsOffset }
    : { clock: waitingAt, waitingCamera: cameraId, waitingAt: at, held, readsOffset };
}

/** The clock moved by the quiet or by a control record; a time before it moves nothing. */
export function clockMovedTo(before: GarageClock, to: number): GarageClock {
  return to <= before.clock ? before : { ...before, clock: to };
}
