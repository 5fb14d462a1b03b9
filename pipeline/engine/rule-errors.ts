/** Too many records make the rules throw: the rules are broken, not the records. */
export class TooManyRuleErrors extends Error {
  override name = 'TooManyRuleErrors';
}

const PER_HOUR_MAX = 10;
const HOUR_MS = 3_600_000;

/** Counts the `rule_error`s of a stage in this process; a few are set aside, many stop the stage. */
export class RuleErrorBudget {
  private readonly timesMs: number[] = [];

  /** @throws {TooManyRuleErrors} this was one too many within an hour */
  spend(nowMs: number, where: string): void {
    this.timesMs.push(nowMs);
    while (this.timesMs[0]! <= nowMs - HOUR_MS) this.timesMs.shift();
    if (this.timesMs.length > PER_HOUR_MAX) {
      throw new TooManyRuleErrors(`more than ${PER_HOUR_MAX} records an hour made the rules throw, the last one at: ${where}`);
    }
  }
}
