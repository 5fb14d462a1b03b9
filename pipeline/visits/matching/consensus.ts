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
  if (outweighsAll(plates)) return frame;
  const slotsOf = plates.map(({ plate }) => aligned(frame, plate));
  let text = '';
  // Even ones are the gaps, odd ones the places.
  for (let slot = 0; slot <= 2 * frame.length; slot++) text += mostVoted(plates, slotsOf, slot);
  return text;
}

/** The first outweighs all others together: so it does at each place. */
function outweighsAll(plates: readonly WeightedPlate[]): boolean {
  let others = 0;
  for (let i = 1; i < plates.length; i++) others += plates[i]!.weight;
  return plates[0]!.weight > others;
}

function mostVoted(plates: readonly WeightedPlate[], slotsOf: readonly (readonly string[])[], slot: number): string {
  const first = slotsOf[0]![slot]!;
  // As nearly always.
  if (slotsOf.every((slots) => slots[slot] === first)) return first;
  const votes = new Map<string, number>();
  plates.forEach(({ weight }, i) => {
    const text = slotsOf[i]![slot]!;
    votes.set(text, (votes.get(text) ?? 0) + weight);
  });
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
  const slots = new Array<string>(2 * frame.length + 1).fill('');
  if (isReplacedOnce(frame, plate)) {
    for (let i = 0; i < frame.length; i++) slots[2 * i + 1] = plate[i]!;
    return slots;
  }
  const width = plate.length + 1;
  const edits = editsBetween(frame, plate);
  for (let i = frame.length, j = plate.length; i > 0 || j > 0;) {
    const here = edits[i * width + j]!;
    const asOne = i > 0 && j > 0 ? edits[(i - 1) * width + j - 1]! + (frame[i - 1] === plate[j - 1] ? 0 : 1) : Infinity;
    if (here === asOne) {
      slots[2 * i - 1] = plate[j - 1]!;
      i--;
      j--;
    } else if (i > 0 && here === edits[(i - 1) * width + j]! + 1) {
      i--;
    } else {
      slots[2 * i] = plate[j - 1]! + slots[2 * i]!;
      j--;
    }
  }
  return slots;
}

/** At most one character is another: no alignment has fewer edits. */
function isReplacedOnce(frame: string, plate: string): boolean {
  if (plate.length !== frame.length) return false;
  let others = 0;
  for (let i = 0; i < frame.length; i++) if (frame[i] !== plate[i]) others++;
  return others <= 1;
}

/** The fewest edits between the frame up to `i` and the plate up to `j`, at `i * (plate.length + 1) + j`. */
function editsBetween(frame: string, plate: string): Int32Array {
  const width = plate.length + 1;
  const edits = new Int32Array((frame.length + 1) * width);
  for (let j = 1; j < width; j++) edits[j] = j;
  for (let i = 1; i <= frame.length; i++) {
    const row = i * width;
    const character = frame.charCodeAt(i - 1);
    edits[row] = i;
    for (let j = 1; j < width; j++) {
      const replaced = edits[row - width + j - 1]! + (character === plate.charCodeAt(j - 1) ? 0 : 1);
      edits[row + j] = Math.min(replaced, edits[row - width + j]! + 1, edits[row + j - 1]! + 1);
    }
  }
  return edits;
}
