import { isWithinOneEdit } from '../../../pipeline/visits/matching/one-edit.ts';
import type { ReadJson } from '../passage.ts';
import type { SeenRead } from './world-passage.ts';
import { DROP_OFF_MS } from './world-stays.ts';
import type { WorldStayPlan } from './world-stays.ts';
import type { Label } from './world-truth.ts';

/** Labels of a stay that follow from what was read at its entry and its exit together. @param to end of the period */
export function labelsOfPair(
  { enteredAt, exitedAt }: WorldStayPlan, entered: readonly SeenRead[], left: readonly SeenRead[], to: number,
): Label[] {
  const labels: Label[] = [];
  if (entered.length > 0 && Math.min(exitedAt, to) - enteredAt > OVERSTAY_MS) labels.push('overstay');
  if (entered.length === 0 || left.length === 0) return labels;
  if (exitedAt - enteredAt <= DROP_OFF_MS) labels.push('drive_through');
  if (differ(entered, left, ({ plate }) => plate, '')) labels.push('plate_mismatch');
  if (differ(entered, left, ({ country }) => country, 'XX')) labels.push('country_mismatch');
  return labels;
}

/**
 * True if the exit was never read as the entry was, and two or more plates inside, of the others or as
 * the vehicle's own entry was read, are within one character of a read of it: then one wrong character
 * does not tell whose exit it is.
 */
export function couldBeSeveral(
  entered: readonly SeenRead[], left: readonly SeenRead[], others: readonly string[],
): boolean {
  if (left.length === 0 || !isReadAnew(entered, left)) return false;
  return platesOf(left).some((read) => {
    const could = (plate: string): boolean => isWithinOneEdit(plate, read);
    return others.filter(could).length + (platesOf(entered).some(could) ? 1 : 0) > 1;
  });
}

/** True if no plate was read at both. */
export function isReadAnew(entered: readonly SeenRead[], left: readonly SeenRead[]): boolean {
  const before = platesOf(entered);
  return !platesOf(left).some((plate) => before.includes(plate));
}

function platesOf(reads: readonly SeenRead[]): string[] {
  return reads.map(({ read }) => read.plate).filter((plate) => plate !== '');
}

/** Same length and one character differs. */
export function oneApart(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let differing = 0;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) differing += 1;
  return differing === 1;
}

/** Whoever is inside longer than this has overstayed; others stay four days at most, but for journeys. */
const OVERSTAY_MS = 7 * 86_400_000;

/** True if both sides say something, and never the same. Rear plates may be those of trailers. */
function differ(
  one: readonly SeenRead[], other: readonly SeenRead[], value: (read: ReadJson) => string, nothing: string,
): boolean {
  const said = (reads: readonly SeenRead[]): Set<string> =>
    new Set(reads.filter(({ side }) => side === 'front').map(({ read }) => value(read)).filter((text) =>
      text !== nothing));
  const first = said(one);
  const second = said(other);
  return first.size > 0 && second.size > 0 && ![...first].some((text) => second.has(text));
}
