import type { Camera, Direction } from '../records/records.ts';

/** A range of degrees; it may run through 0. */
export interface Degrees {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Reads a range such as `315-45`; null: it is none. */
export function degreesOf(text: string): Degrees | null {
  const match = /^(\d{1,3})-(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const from = Number(match[1]);
  const to = Number(match[2]);
  return from <= 360 && to <= 360 && from !== to ? { from, to } : null;
}

/** The direction that the camera's configuration gives a word of it, in lower case, or an angle in degrees. */
export function directionAt({ directions }: Pick<Camera, 'directions'>, told: string | number | null): Direction {
  if (told === null) return 'UNKNOWN';
  if (typeof told === 'string') return Object.hasOwn(directions, told) ? directionNamed(directions[told]!) : 'UNKNOWN';
  const angle = ((told % 360) + 360) % 360;
  for (const [range, direction] of Object.entries(directions)) {
    const degrees = degreesOf(range);
    if (degrees !== null && holds(degrees, angle)) return directionNamed(direction);
  }
  return 'UNKNOWN';
}

function holds({ from, to }: Degrees, angle: number): boolean {
  return from < to ? angle >= from && angle < to : angle >= from || angle < to;
}

function directionNamed(name: string): Direction {
  return name === 'in' ? 'IN' : name === 'out' ? 'OUT' : 'UNKNOWN';
}
