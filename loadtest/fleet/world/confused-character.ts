import { randomFor } from '../random.ts';

/** A character that a camera always takes for another one, wherever it stands on a plate. */
export interface Confusion {
  readonly taken: string;
  readonly for: string;
}

/** What a garage's camera confuses, and which of its cameras it is. @param garage its index */
export function confusionOf(seed: string, garage: number, cameras: number): Confusion & { readonly camera: number } {
  const random = randomFor(seed, CONFUSION, garage);
  const [taken, other] = random.pick(CONFUSIONS);
  return { taken: taken!, for: other!, camera: random.whole(0, cameras - 1) };
}

export function confused(plate: string, { taken, for: other }: Confusion): string {
  return plate.replaceAll(taken, other);
}

const CONFUSION = 34;
/** Some look alike, some don't: a camera's model may be wrong about anything. */
const CONFUSIONS = ['8B', '0O', '1I', '5S', '39', '26', 'KX', 'AR', 'LC', 'D0'];
