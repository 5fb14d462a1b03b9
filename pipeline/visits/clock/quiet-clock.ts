/** How the clock of a garage goes on while nothing comes in: as the monotonic one does. Not kept over a restart. */
export class QuietClock {
  /** When the quiet began (monotonic ms); NaN: nothing came in yet in this process. */
  private sinceMs = NaN;
  private clockThen = 0;

  /** Something came in, and the garage clock stands there: the quiet begins anew. */
  begin(monotonicMs: number, clock: number): void {
    this.sinceMs = monotonicMs;
    this.clockThen = clock;
  }

  /** False until something came in, in this process. */
  get hasBegun(): boolean {
    return !Number.isNaN(this.sinceMs);
  }

  /** Until when the garage stays held by a hold that nothing follows, by the monotonic clock. */
  get heldUntil(): number {
    return this.sinceMs + HOLD_LAPSES_AFTER_MS;
  }

  /** Where the quiet has brought the garage clock to; it moves there only if something is due. */
  at(monotonicMs: number): number {
    return this.clockThen + (monotonicMs - this.sinceMs);
  }

  /** When that will be a garage clock, by the monotonic one. */
  until(clock: number): number {
    return this.sinceMs + (clock - this.clockThen);
  }
}

/** Whoever holds a garage says so again and again (`replay/garage-controls.ts`), so one that was killed holds it no longer than this. */
const HOLD_LAPSES_AFTER_MS = 15 * 60_000;
