import { confusionsOf, type CameraConfusions, type Confusion } from './camera-confusions.ts';
import { CountsByInterval, countsIn, type WithEarlier } from './up-to-interval.ts';

/** By camera, of those that confuse something. */
export type ConfusionsByCamera = ReadonlyMap<string, readonly Confusion[]>;

/** As it was known up to an interval. */
interface ConfusionsKnown {
  readonly interval: number;
  readonly confusions: readonly Confusion[];
}

const nobodys: ConfusionsByCamera = new Map();

/** What the cameras of a garage confuse. */
export class KnownConfusions {
  /** Of those cameras that do, or did of late. */
  private readonly cameras = new Map<string, WithEarlier<ConfusionsKnown>>();
  private readonly counting = new CountsByInterval((interval) => this.countedIn(interval));

  /** @param learned null: nothing any more */
  learn(cameraId: string, learned: CameraConfusions | null): void {
    this.counting.forget();
    const known = learned === null ? null : { ...knownOf(learned), earlier: learned.earlier.map(knownOf) };
    if (known === null || [known, ...known.earlier].every(({ confusions }) => confusions.length === 0)) this.cameras.delete(cameraId);
    else this.cameras.set(cameraId, known);
  }

  /** As it counts for what is read at that time (ms UTC), whatever was learned since. */
  at(at: number): ConfusionsByCamera {
    return this.cameras.size === 0 ? nobodys : this.counting.at(at);
  }

  private countedIn(interval: number): ConfusionsByCamera {
    const counted = new Map<string, readonly Confusion[]>();
    for (const [cameraId, known] of this.cameras) {
      const { confusions } = countsIn(known, interval);
      if (confusions.length > 0) counted.set(cameraId, confusions);
    }
    return counted;
  }
}

function knownOf({ interval, characters }: Pick<CameraConfusions, 'interval' | 'characters'>): ConfusionsKnown {
  return { interval, confusions: confusionsOf(characters) };
}
