import type { ApiKey } from '../records/records.ts';
import { textTable } from '../service/text-table.ts';

/** The keys as lines for a terminal, oldest first. */
export function keysTable(keys: readonly ApiKey[]): string {
  const rows = keys.toSorted((one, other) => one.createdAt - other.createdAt).map((key) => [
    key.keyId,
    key.operatorId,
    key.garages.length === 0 ? 'all' : key.garages.join(','),
    `${key.requestsPerSecond}/s`,
    key.scopes.length === 0 ? '-' : key.scopes.join(','),
    dateOf(key.createdAt),
    key.revokedAt === null ? '-' : dateOf(key.revokedAt),
    key.name,
  ]);
  return textTable([['key', 'operator', 'garages', 'requests', 'scopes', 'created', 'revoked', 'name'], ...rows]);
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}
