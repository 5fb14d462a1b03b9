import type { ApiKey } from '../records/records.ts';

/** The keys as lines for a terminal, oldest first. */
export function keysTable(keys: readonly ApiKey[]): string {
  const rows = keys.toSorted((one, other) => one.createdAt - other.createdAt).map((key) => [
    key.keyId,
    key.operatorId,
    key.garages.length === 0 ? 'all' : key.garages.join(','),
    `${key.requestsPerSecond}/s`,
    dateOf(key.createdAt),
    key.revokedAt === null ? '-' : dateOf(key.revokedAt),
    key.name,
  ]);
  const lines = [['key', 'operator', 'garages', 'requests', 'created', 'revoked', 'name'], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}
