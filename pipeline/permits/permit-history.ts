import { ConfigurationError } from '../configuration/json-fields.ts';
import type { Permit } from '../records/records.ts';
import type { PermitEntry } from './permits-file.ts';

/**
 * From the permits as they are and the permits as a file wants them to those that change. What was applied stays as it
 * is but for its end, so that pricing the same visits again gives the same.
 * @throws {ConfigurationError} a permit that was applied differs in more than its end, or its end is past
 */
export function planPermits(
  current: ReadonlyMap<string, Permit>,
  entries: readonly PermitEntry[],
  now: number,
): Map<string, Permit> {
  const changed = new Map<string, Permit>();
  for (const entry of entries) {
    const present = current.get(entry.permitId);
    if (present === undefined) changed.set(entry.permitId, { ...entry, from: entry.from ?? now });
    else if (!isSame(present, entry)) changed.set(entry.permitId, withEnd(present, entry, now));
  }
  return changed;
}

function isSame(present: Permit, entry: PermitEntry): boolean {
  return isSameButEnd(present, entry) && present.to === entry.to;
}

function isSameButEnd(present: Permit, entry: PermitEntry): boolean {
  return (
    (entry.from === null || entry.from === present.from) &&
    (['kind', 'country', 'plate', 'source', 'contractId', 'places'] as const).every(
      (name) => present[name] === entry[name],
    ) &&
    present.garages.join('\n') === entry.garages.join('\n')
  );
}

function withEnd(present: Permit, entry: PermitEntry, now: number): Permit {
  const where = `permit '${present.permitId}'`;
  if (!isSameButEnd(present, entry)) {
    throw new ConfigurationError(`${where} was applied and only its end can change: end it with to, and add another`);
  }
  if (present.to !== null && present.to <= now) {
    throw new ConfigurationError(`${where} has ended: give the new one a from`);
  }
  if (entry.to !== null && entry.to < now) throw new ConfigurationError(`${where}: to is past; it may be now or later`);
  return { ...present, to: entry.to };
}
