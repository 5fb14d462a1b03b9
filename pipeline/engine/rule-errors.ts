/** Too many records make the rules throw: the rules are broken, not the records. */
export class TooManyRuleErrors extends Error {
  override name = 'TooManyRuleErrors';
}

const PER_HOUR_MAX = 10;
const HOUR_MS = 3_600_000;

/** Counts the records of a stage that made the rules throw in this process; a few are set aside, many stop the stage. */
export class RuleErrorBudget {
  /** When each record threw last, oldest first. */
  private readonly timesMs = new Map<string, number>();

  /**
   * @param record names it: the same record throws again when its transaction has failed, and counts once
   * @throws {TooManyRuleErrors} this was one too many within an hour
   */
  spend(nowMs: number, record: string, where: string): void {
    this.timesMs.delete(record);
    this.timesMs.set(record, nowMs);
    for (const [former, timeMs] of this.timesMs) if (timeMs <= nowMs - HOUR_MS) this.timesMs.delete(former);
    if (this.timesMs.size > PER_HOUR_MAX) {
      throw new TooManyRuleErrors(`more than ${PER_HOUR_MAX} records an hour made the rules throw, the last one at: ${where}`);
    }
  }
}
