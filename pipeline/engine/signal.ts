/** Wakes one waiting loop; a wake before the wait is not lost. */
export class Signal {
  private awake = false;
  private waiting: (() => void) | null = null;

  wake(): void {
    this.awake = true;
    this.waiting?.();
    this.waiting = null;
  }

  async wait(): Promise<void> {
    if (!this.awake) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
    this.awake = false;
  }
}
