/** How two lists of rows agree; a row is a line of text, and may stand there several times. */
export interface Agreement {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  /** Rows that are not found, and rows that nobody expects. */
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

export function agreementOf(what: string, expected: readonly string[], found: readonly string[]): Agreement {
  const left = new Map<string, number>();
  for (const row of expected) left.set(row, (left.get(row) ?? 0) + 1);
  const surplus: string[] = [];
  for (const row of found) {
    const count = left.get(row) ?? 0;
    if (count === 0) surplus.push(row);
    else left.set(row, count - 1);
  }
  const missing = [...left].flatMap(([row, count]) => Array.from({ length: count }, () => row));
  return { what, expected: expected.length, found: found.length, missing, surplus };
}

export function agrees({ missing, surplus }: Agreement): boolean {
  return missing.length === 0 && surplus.length === 0;
}

const DIFFERENCES_SHOWN = 10;

/** The table of what agrees, with the first differences of what does not. */
export function agreementLines(agreements: readonly Agreement[]): string[] {
  const width = Math.max(...agreements.map(({ what }) => what.length));
  return agreements.flatMap((agreement) => {
    const { what, expected, found, missing, surplus } = agreement;
    const counts = `${String(expected).padStart(8)} expected ${String(found).padStart(8)} found`;
    if (agrees(agreement)) return [`${what.padEnd(width)}  ${counts}  equal`];
    return [
      `${what.padEnd(width)}  ${counts}  DIFFER: ${missing.length} missing, ${surplus.length} too many`,
      ...shown('missing', missing), ...shown('surplus', surplus),
    ];
  });
}

function shown(kind: string, rows: readonly string[]): string[] {
  return rows.slice(0, DIFFERENCES_SHOWN).map((row) => `    ${kind}: ${row.replaceAll('\t', ' ')}`);
}
