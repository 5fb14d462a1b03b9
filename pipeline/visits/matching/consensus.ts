export interface WeightedPlate {
  readonly plate: string;
  readonly weight: number;
}

/**
 * What plates come to position by position: each is aligned with the one of most weight, then every place, and every
 * gap between places, takes the character (or none) that has most weight.
 *
 * @param plates at least one, the one of most weight first
 */
export function consensus(plates: readonly WeightedPlate[]): string {
  const frame = plates[0]!.plate;
  // Even ones are the gaps, odd ones the places.
  const votes = Array.from({ length: 2 * frame.length + 1 }, () => new Map<string, number>());
  for (const { plate, weight } of plates) {
    aligned(frame, plate).forEach((text, slot) => votes[slot]!.set(text, (votes[slot]!.get(text) ?? 0) + weight));
  }
  return votes.map(mostVoted).join('');
}

function mostVoted(votes: ReadonlyMap<string, number>): string {
  let most = '';
  let weight = -1;
  for (const [text, votesFor] of votes) {
    if (votesFor < weight || (votesFor === weight && text >= most)) continue;
    most = text;
    weight = votesFor;
  }
  return most;
}

/** What of the plate stands in each gap and at each place of the frame, by the fewest edits. */
function aligned(frame: string, plate: string): string[] {
  const width = plate.length + 1;
  const edits = new Int32Array((frame.length + 1) * width);
  const at = (i: number, j: number): number => edits[i * width + j]!;
  for (let i = 0; i <= frame.length; i++) {
    for (let j = 0; j <= plate.length; j++) {
      edits[i * width + j] = i === 0 ? j : j === 0 ? i : Math.min(
        at(i - 1, j - 1) + (frame[i - 1] === plate[j - 1] ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1,
      );
    }
  }
  const slots = Array.from({ length: 2 * frame.length + 1 }, () => '');
  for (let i = frame.length, j = plate.length; i > 0 || j > 0;) {
    const here = at(i, j);
    if (i > 0 && j > 0 && here === at(i - 1, j - 1) + (frame[i - 1] === plate[j - 1] ? 0 : 1)) {
      slots[2 * i - 1] = plate[j - 1]!;
      i--;
      j--;
    } else if (i > 0 && here === at(i - 1, j) + 1) {
      i--;
    } else {
      slots[2 * i] = plate[j - 1]! + slots[2 * i]!;
      j--;
    }
  }
  return slots;
}
