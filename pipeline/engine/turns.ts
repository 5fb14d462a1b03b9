/**
 * Who computes: one at a time, in the order of asking. Tasks of a process that all computed a little in turn would all be
 * done, and all wait for the brokers, at the same time.
 */
export class Turns {
  private isTaken = false;
  private readonly waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn. */
  async take(): Promise<void> {
    if (this.isTaken) return new Promise((resolve) => void this.waiting.push(resolve));
    this.isTaken = true;
  }

  /** Ends the turn that was taken. */
  pass(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.isTaken = false;
    else next();
  }
}
