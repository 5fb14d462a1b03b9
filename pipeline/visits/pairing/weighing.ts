import type { ExitDecision, Passage } from '../passages/passages.ts';

/** How an exit was given to a stay, or to none: for those who ask why. Rules tell it only where somebody listens. */
export interface Weighing {
  readonly exit: Passage;
  /** Garage clock, ms UTC. */
  readonly clock: number;
  /** The stays whose exit it may be, the likeliest first. */
  readonly rivals: readonly WeighedRival[];
  /** The null hypothesis: its own entry was missed; null: the exit's own plate was inside, and only for too long. */
  readonly missed: Weight | null;
  readonly decision: WeighedDecision;
}

/** What the likelihoods say; where it is kept, more is noted with it. */
export type WeighedDecision = Omit<ExitDecision, 'amongAlike'>;

export interface Weight {
  /** Nats. */
  readonly score: number;
  /** Of the likelihood, 0 to 1; those of a weighing sum to one. */
  readonly share: number;
}

export interface WeighedRival extends Weight {
  readonly visitId: string;
  readonly country: string;
  readonly plate: string;
  /** How long it would have stayed, ms. */
  readonly lengthMs: number;
  /** Part of the score that the plates have; the rest has how long vehicles stay. Nats. */
  readonly likeness: number;
}
