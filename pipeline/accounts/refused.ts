/** Why an account may not be changed, or read, so; the message says what to do and never quotes what was sent. */
export type Refusal =
  | 'too-many-vehicles' | 'vehicle-twice' | 'taken' | 'vehicle-taken' | 'email-taken' | 'bad-credentials'
  | 'unknown-account' | 'no-card-registration' | 'card-not-verified' | 'card-not-taken' | 'bad-cursor'
  | 'changed-too-often';

/** A rule says no. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly refusal: Refusal;
  constructor(message: string, refusal: Refusal) {
    super(message);
    this.refusal = refusal;
  }
}

/** Too much waits already: nothing was done, and the same may be asked again in a moment. */
export class BusyError extends Error {
  override name = 'BusyError';
}
