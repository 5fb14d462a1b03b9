import type { Allocation, Charge, ChargedLine, ChargeEvent, ChargeStatus } from '../records/records.ts';
import { sumOf, type Line, type Part } from './line.ts';

/** A charge with what its collecting needs to know. */
export interface CollectedCharge extends Charge {
  readonly operation: 'payment' | 'reversal';
  /** Of the attempt whose outcome is not known yet; empty: none is under way. */
  readonly requestId: string;
  /** Of the newest attempt. */
  readonly cardToken: string;
  readonly attemptDay: string;
  /** The card that was declined for good; empty: none was. */
  readonly refusedCard: string;
  /** The day of the first attempt that failed by the card, or for want of one: retries count from it. */
  readonly failingSince: string;
  /** No further attempt: to be given up at the next day close. */
  readonly isExhausted: boolean;
  /** Of the captured payment. */
  readonly orderId: string;
  readonly capturedMinor: number;
  /** Of that, asked back so far. */
  readonly reversedMinor: number;
  /** Of a reversal: what is given back of which payments. */
  readonly givesBack: readonly GivesBack[];
}

export interface GivesBack {
  readonly chargeId: string;
  readonly orderId: string;
  readonly grossMinor: number;
  /** Of the newest attempt; empty: it failed. */
  readonly requestId: string;
  readonly isDone: boolean;
}

/** What a charge takes of a part. */
export interface Item {
  readonly line: Line;
  readonly part: Part;
}

export function chargedLineOf({ line, part }: Item): ChargedLine {
  const { lineId, visitId, garageId, visitDay } = line;
  const { entryId, operatorId, grossMinor, vatMinor } = part;
  return { lineId, visitId, operatorId, garageId, visitDay, grossMinor, vatMinor, entryId };
}

/** The charge with these lines: its sums and each operator's share follow. */
export function withLines<C extends Charge>(charge: C, lines: readonly ChargedLine[]): C {
  return { ...charge, ...sumOf(lines), lines, allocations: allocationsOf(lines, charge.allocations) };
}

/** An operator that had a share keeps one of nothing: so it is told that its last line was taken away. */
function allocationsOf(lines: readonly ChargedLine[], former: readonly Allocation[]): Allocation[] {
  const operatorIds = new Set([...former, ...lines].map(({ operatorId }) => operatorId));
  return [...operatorIds].sort().map((operatorId) =>
    ({ operatorId, ...sumOf(lines.filter((line) => line.operatorId === operatorId)) }));
}

/** The charge in that status, with it in its history. */
export function cameTo<C extends Charge>(charge: C, status: ChargeStatus, at: number, code: string, attempt = 0): C {
  const event: ChargeEvent = { status, at, code, attempt };
  return { ...charge, status, history: [...charge.history, event] };
}

/** Whether something may still be collected, or given back, by it. */
export function isActive({ status }: Charge): boolean {
  return status === 'pending' || status === 'failed';
}

export function isUnderWay({ requestId, givesBack }: CollectedCharge): boolean {
  return requestId !== '' || givesBack.some((part) => part.requestId !== '' && !part.isDone);
}
