/** When the broker goes, for how long it is away, and how long after that everything must be as before. */
export const OUTAGE = { afterSeconds: 30, seconds: 30, recoverySeconds: 15 };
