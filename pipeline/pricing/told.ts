/** A record that was told, and may be told anew. */
export interface Told {
  readonly revision: number;
  readonly status: 'live' | 'withdrawn';
}

/**
 * What to tell next, given what was told and what should now be known; null: nothing, for it does not differ. The
 * first revision is 1; what should not be known any more is withdrawn once.
 */
export function tellAnew<T extends Told>(told: T | null, wanted: Omit<T, keyof Told> | null): T | null {
  if (wanted === null) {
    return told?.status === 'live' ? { ...told, status: 'withdrawn', revision: told.revision + 1 } : null;
  }
  if (told?.status === 'live' && isSame(told, wanted)) return null;
  return { ...wanted, status: 'live', revision: (told?.revision ?? 0) + 1 } as T;
}

/** Their fields are texts and numbers. */
function isSame<T extends object>(told: T, wanted: object): boolean {
  for (const name in wanted) if (told[name as keyof object] !== wanted[name as keyof object]) return false;
  return true;
}
