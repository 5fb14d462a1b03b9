import { instantIn, type UncheckedRead } from './check-read.ts';

/** Stands in the `source` of a read that came in Bomfri's own JSON. */
export const CONTRACT_SOURCE = 'http';

/** Bomfri's own JSON: one read as an object, or an array of them. Null: the body is neither. */
export function contractItems(body: unknown): readonly unknown[] | null {
  if (Array.isArray(body)) return body;
  return typeof body === 'object' && body !== null ? [body] : null;
}

/** An item's fields as far as they are there; those it does not know are left aside. Null: it is no object. */
export function contractRead(item: unknown): UncheckedRead | null {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as UncheckedRead) : null;
}

/**
 * When the read came in, ms UTC: as its sender says, who had it first (an export, a gateway that kept it), or else now. Nothing
 * comes in later than now. Null: it says no time.
 */
export function receivedAtOf({ receivedAt }: Pick<UncheckedRead, 'receivedAt'>, now: number): number | null {
  if (receivedAt === undefined) return now;
  const told = instantIn(receivedAt);
  return told === null ? null : Math.min(told, now);
}
