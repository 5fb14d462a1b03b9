/** What single edits made the read of the plate. */
export interface Edits {
  /** [the plate's character, the read's] */
  readonly substituted: readonly (readonly [string, string])[];
  /** Characters lost together at either end, or singly inside. */
  readonly lostFirst: number;
  readonly lostLast: number;
  readonly lostInside: number;
  readonly addedFirst: number;
  readonly addedLast: number;
  readonly addedInside: number;
  /** The characters read where the plate has none. */
  readonly added: readonly string[];
  /** Pairs of neighbours that changed places. */
  readonly swapped: number;
  /** So much differs that the read is not of this plate. */
  readonly areUnlike: boolean;
}

/** The fewest edits from the plate to the read; what is lost at an end counts as one. Among equals always the same. */
export function editsOf(plate: string, read: string): Edits {
  const found = { lostFirst: 0, lostLast: 0, lostInside: 0, addedFirst: 0, addedLast: 0, addedInside: 0, swapped: 0 };
  const substituted: [string, string][] = [];
  const added: string[] = [];
  let lost = 0;
  /** Nothing of the plate stands in the read behind what is looked at. */
  let isLast = true;
  for (const step of stepsBack(plate, read)) {
    if (step.kind === 'lost') {
      lost++;
      continue;
    }
    if (isLast) found.lostLast += lost;
    else found.lostInside += lost;
    lost = 0;
    if (step.kind === 'added') {
      added.push(step.character);
      if (step.at === 0) found.addedFirst++;
      else if (step.at === plate.length) found.addedLast++;
      else found.addedInside++;
      continue;
    }
    isLast = false;
    if (step.kind === 'swapped') found.swapped++;
    else if (step.kind === 'kept' && step.from !== step.to) substituted.push([step.from, step.to]);
  }
  found.lostFirst = lost;
  const edits = substituted.length + found.lostInside + added.length + found.swapped +
    Math.sign(found.lostFirst) + Math.sign(found.lostLast);
  const left = plate.length - substituted.length - found.lostFirst - found.lostLast - found.lostInside;
  substituted.reverse();
  added.reverse();
  return { ...found, substituted, added, areUnlike: edits > MOST_EDITS || left < LEAST_LEFT };
}

const MOST_EDITS = 3;
/** So much of the plate must stand in the read. */
const LEAST_LEFT = 2;

type Step =
  | { readonly kind: 'kept'; readonly from: string; readonly to: string }
  | { readonly kind: 'lost' | 'swapped' }
  /** Before the plate's character number `at`. */
  | { readonly kind: 'added'; readonly at: number; readonly character: string };

/** The way from the plate to the read, from their ends to their beginnings. */
function stepsBack(plate: string, read: string): Step[] {
  const costs = costTable(plate, read);
  const steps: Step[] = [];
  for (let i = plate.length, j = read.length; i > 0 || j > 0;) {
    const here = costs[i]![j]!;
    if (i > 0 && j > 0 && here === costs[i - 1]![j - 1]! + substitution(plate, read, i, j)) {
      steps.push({ kind: 'kept', from: plate[--i]!, to: read[--j]! });
    } else if (areSwapped(plate, read, i, j) && here === costs[i - 2]![j - 2]! + 1) {
      steps.push({ kind: 'swapped' });
      i -= 2;
      j -= 2;
    } else if (i > 0 && here === costs[i - 1]![j]! + 1) {
      steps.push({ kind: 'lost' });
      i--;
    } else {
      steps.push({ kind: 'added', at: i, character: read[--j]! });
    }
  }
  return steps;
}

function costTable(plate: string, read: string): number[][] {
  const costs: number[][] = [];
  for (let i = 0; i <= plate.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= read.length; j++) {
      let cost = i === 0 ? j : j === 0 ? i : Math.min(
        costs[i - 1]![j - 1]! + substitution(plate, read, i, j), costs[i - 1]![j]! + 1, row[j - 1]! + 1,
      );
      if (areSwapped(plate, read, i, j)) cost = Math.min(cost, costs[i - 2]![j - 2]! + 1);
      row.push(cost);
    }
    costs.push(row);
  }
  return costs;
}

function substitution(plate: string, read: string, i: number, j: number): number {
  return plate[i - 1] === read[j - 1] ? 0 : 1;
}

function areSwapped(plate: string, read: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && plate[i - 1] === read[j - 2] && plate[i - 2] === read[j - 1] && plate[i - 1] !== plate[i - 2];
}
