/** Whether the text is a day of the calendar as YYYY-MM-DD; 2026-02-30 is none. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

/** For what a person types. @throws saying how a day is written */
export function requireDay(text: string): void {
  if (!isDay(text)) throw new Error(`'${text}' is no day: write it as YYYY-MM-DD`);
}
