/** Whether two lists hold the same, in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Adds to a short list those of another that it has not: it takes less than a set of a few. */
export function addMissing<T>(others: readonly T[], list: T[]): void {
  for (let i = 0; i < others.length; i++) if (!list.includes(others[i]!)) list.push(others[i]!);
}
