import type { MonthStay } from './month-stays.ts';

/** One read of a passage; times UTC ms. */
export interface MonthRead {
  readonly readId: string;
  readonly side: 'in' | 'out';
  readonly vehicle: number;
  readonly garage: number;
  readonly at: number;
  readonly deliverAt: number;
}

const DELAY_MS = 700;
/**
 * Every so many passages the vehicle is read once more: before it is through an entry, after it has reached an exit.
 */
const TWICE_OF = 7;
const AGAIN_MS = 2_600;

/**
 * What the cameras read of a stay.
 * @param toldLate when a read of that moment is told of; null: at once
 */
export function readsOf(stayId: string, stay: MonthStay, toldLate: (at: number) => number | null): MonthRead[] {
  const { vehicle, garage, enteredAt, exitedAt } = stay;
  const read = (name: string, side: MonthRead['side'], at: number, passedAt: number): MonthRead => {
    const told = toldLate(passedAt) ?? passedAt;
    return { readId: `${stayId}-${name}`, side, vehicle, garage, at, deliverAt: told + (at - passedAt) + DELAY_MS };
  };
  const entry = [read('e1', 'in', enteredAt, enteredAt)];
  const exit = [read('x1', 'out', exitedAt, exitedAt)];
  if (enteredAt % TWICE_OF === 0) entry.unshift(read('e0', 'in', enteredAt - AGAIN_MS, enteredAt));
  if (exitedAt % TWICE_OF === 0) exit.push(read('x2', 'out', exitedAt + AGAIN_MS, exitedAt));
  return [...entry, ...exit];
}

/** The stay that a read is of. */
export function stayOfRead(readId: string): string {
  return readId.slice(0, readId.lastIndexOf('-'));
}
