import type { GarageIndex } from '../state/garage-index.ts';

/**
 * Which garages the quiet has to look at, and when. A task asks several times a second, and where garages are many nearly
 * all of them have nothing due for minutes or hours: those are passed over by one number each.
 */
export class QuietGarages {
  /** By the garage's number, monotonic time. */
  private readonly restUntil: number[] = [];

  /** Something came in: what is due may have changed. */
  wake({ number }: GarageIndex): void {
    if (number < this.restUntil.length) this.restUntil[number] = -Infinity;
  }

  /** Unless something comes in, nothing is due in the garage before. */
  rest({ number }: GarageIndex, until: number): void {
    this.restUntil[number] = until;
  }

  /** Those to look at now. Each rests until something comes in, if it is not told otherwise. */
  *due(monotonicMs: number, garages: readonly GarageIndex[]): Generator<GarageIndex> {
    const { restUntil } = this;
    while (restUntil.length < garages.length) restUntil.push(-Infinity);
    for (let number = 0; number < garages.length; number++) {
      if (restUntil[number]! > monotonicMs) continue;
      restUntil[number] = Infinity;
      yield garages[number]!;
    }
  }
}
