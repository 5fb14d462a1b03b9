import type { ReadJson } from '../passage.ts';
import type { Plate } from '../plates.ts';
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

/** True if something was read, and never the vehicle's own plate. */
export function isPlateUnread(reads: readonly SeenRead[], { plate }: Plate): boolean {
  return reads.length > 0 && reads.every(({ read }) => read.plate !== plate);
}

/** True if a read is the plate of one of the others, or one character from it. */
export function couldBeAnother(reads: readonly SeenRead[], others: readonly string[]): boolean {
  return reads.some(({ read }) => others.some((other) => other === read.plate || oneApart(read.plate, other)));
}

/** Same length and one character differs. */
export function oneApart(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let differing = 0;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) differing += 1;
  return differing === 1;
}

/** Whoever is inside longer than this has overstayed; others stay four days at most. */
const OVERSTAY_MS = 7 * 86_400_000;

/** True if both sides say something, and never the same. Rear plates may be those of trailers. */
function differ(
  one: readonly SeenRead[], other: readonly SeenRead[], value: (read: ReadJson) => string, nothing: string,
): boolean {
  const said = (reads: readonly SeenRead[]): Set<string> =>
    new Set(reads.filter(({ side }) => side === 'front').map(({ read }) => value(read)).filter((text) => text !== nothing));
  const first = said(one);
  const second = said(other);
  return first.size > 0 && second.size > 0 && ![...first].some((text) => second.has(text));
}
