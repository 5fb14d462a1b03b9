/** What the sender of reads was told, by readId: how often a read was accepted, and how often nobody knows. */
export interface Told {
  readonly accepted: ReadonlyMap<string, number>;
  /** Sent without a clear answer: each may stand once or not at all. */
  readonly unknown: ReadonlyMap<string, number>;
}

export interface Delivered {
  readonly accepted: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Holds what was accepted against what stands on the topic: each accepted read once, and no read that nobody sent. */
export function compareDelivered({ accepted, unknown }: Told, standing: ReadonlyMap<string, number>): Delivered {
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const readId of new Set([...accepted.keys(), ...standing.keys()])) {
    const least = accepted.get(readId) ?? 0;
    const most = least + (unknown.get(readId) ?? 0);
    const found = standing.get(readId) ?? 0;
    if (found < least) lost.push(readId);
    if (found > most) doubled.push(readId);
  }
  return { accepted: accepted.size, lost, doubled };
}

/** Takes the lines that the k6 scripts write: `accepted ID ID ...` and `unknown ID ID ...`; others are passed over. */
export function toldIn(lines: Iterable<string>): Told {
  const told = { accepted: new Map<string, number>(), unknown: new Map<string, number>() };
  for (const line of lines) {
    const [word, ...readIds] = line.trim().split(' ');
    const counts = word === 'accepted' ? told.accepted : word === 'unknown' ? told.unknown : null;
    if (counts !== null) for (const readId of readIds) counts.set(readId, (counts.get(readId) ?? 0) + 1);
  }
  return told;
}
