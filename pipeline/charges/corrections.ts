import { addDays } from '../pricing/calendar.ts';
import { hasVatWithin, less, plus, sumOf, type Line, type Money, type Part } from './line.ts';

/** So many days after it was paid a line is not raised any more, unless somebody approves it. */
const RAISE_DAYS = 14;

/** What decides how a line's parts may change. */
export interface Circumstances {
  /** Whether an attempt is under way for the part's charge, or its outcome is unknown. */
  readonly isUnderWay: (part: Part) => boolean;
  /** Whether the invoice that owns the part is still to be paid. */
  readonly isUnpaid: (part: Part) => boolean;
  /** The day of the last day close; empty before any. */
  readonly today: string;
  readonly lastClosedDay: string;
}

/**
 * The parts of a line after a revision, such that they sum to what it is worth: an open one is changed; to what was
 * captured or invoiced a correction is added. Below zero it lessens the invoice while that is unpaid, else it waits as
 * a credit for the next charge; above zero it waits as a debit, and more than 14 days after payment it is waived. What
 * is under way stays as it is: ask again when the outcome is known.
 */
export function reviseParts(line: Line, circumstances: Circumstances): readonly Part[] {
  const worth = line.live && line.grossMinor !== 0 ? kindOf(line) : null;
  const all = [...line.parts.map(kindOf), ...(worth === null ? [] : [worth])];
  const kinds = new Map(all.map((kind) => [keyOf(kind), kind]));
  let parts = line.parts;
  for (const [key, kind] of kinds) {
    const wanted = worth !== null && keyOf(worth) === key ? line : NOTHING;
    parts = reviseKind({ ...line, parts }, kind, wanted, circumstances);
  }
  return parts;
}

/** What a part can't change: one that differs in it is another part. */
type Kind = Pick<Part, 'operatorId' | 'merchant' | 'currency'>;

function reviseKind(line: Line, kind: Kind, wanted: Money, circumstances: Circumstances): readonly Part[] {
  const own = line.parts.filter((part) => keyOf(part) === keyOf(kind));
  if (own.some(circumstances.isUnderWay)) return line.parts;
  const change = less(wanted, sumOf(own));
  if (change.grossMinor === 0 && change.vatMinor === 0) return line.parts;
  const { changed, left } = change.grossMinor < 0 ? lower(own, change, circumstances) : raise(own, change);
  const parts = line.parts.map((part) => changed.get(part.entryId) ?? part);
  return [...parts, ...correctionsOf({ ...line, parts }, own, kind, left, circumstances)];
}

interface Changed {
  /** By entryId. */
  readonly changed: ReadonlyMap<string, Part>;
  /** What no part could take. */
  readonly left: Money;
}

/** An open part takes what is more, else one that was waived. */
function raise(own: readonly Part[], change: Money): Changed {
  const part = own.findLast(isFlexible) ?? own.findLast(({ owner }) => owner === 'waived');
  if (part === undefined) return { changed: new Map(), left: change };
  const raised = plus(part, change);
  // A credit that waits is used up; what goes beyond is a debit like any other, and may come too late. Of another rate
  // of VAT than the credit was, it can be no sum of money by itself.
  const isBeyond = part.grossMinor < 0 && raised.grossMinor > 0 && hasVatWithin(raised);
  const [amount, left] = isBeyond ? [NOTHING, raised] : [raised, NOTHING];
  return { changed: new Map([[part.entryId, withAmount(part, amount)]]), left };
}

/**
 * What is less comes off what is not paid: open parts, then waived ones; only then off what was paid, by a credit that
 * waits already, or a new one.
 */
function lower(own: readonly Part[], change: Money, { lastClosedDay }: Circumstances): Changed {
  const changed = new Map<string, Part>();
  let left = change;
  const waived = own.filter(({ owner }) => owner === 'waived');
  const unpaid = [...own.filter(isFlexible).reverse(), ...waived.reverse()];
  for (const part of unpaid) {
    if (left.grossMinor >= 0) break;
    if (part.grossMinor <= 0) continue;
    const isWhole = part.grossMinor <= -left.grossMinor;
    const amount = isWhole ? NOTHING : plus(part, left);
    left = isWhole ? plus(left, part) : NOTHING;
    changed.set(part.entryId, withAmount(part, amount));
  }
  const waiting = own.findLast(({ owner, ownerId }) => owner === 'open' && ownerId === '');
  if (left.grossMinor >= 0 || waiting === undefined) return { changed, left };
  const before = changed.get(waiting.entryId) ?? waiting;
  const since = before.grossMinor < 0 ? before.since : lastClosedDay;
  changed.set(waiting.entryId, { ...withAmount(before, plus(before, left)), since });
  return { changed, left: NOTHING };
}

/** What is worth nothing leaves its charge. */
function withAmount(part: Part, { grossMinor, vatMinor }: Money): Part {
  return { ...part, grossMinor, vatMinor, ownerId: part.owner === 'open' && grossMinor === 0 ? '' : part.ownerId };
}

/** A credit that a charge has used stands as it is. */
function isFlexible({ owner, ownerId, grossMinor }: Part): boolean {
  return owner === 'open' && (ownerId === '' || grossMinor >= 0);
}

function correctionsOf(
  line: Line, own: readonly Part[], kind: Kind, lacking: Money, { isUnpaid, today, lastClosedDay }: Circumstances,
): readonly Part[] {
  if (lacking.grossMinor === 0) return [];
  const added: Part[] = [];
  const add = ({ grossMinor, vatMinor }: Money, changes: Partial<Part>): void => {
    const number = line.parts.length + added.length;
    added.push({
      entryId: number === 0 ? line.lineId : `${line.lineId}~${number}`, revision: 0, ...kind, grossMinor, vatMinor,
      owner: 'open',
      ownerId: '', status: 'pending', since: lastClosedDay, toldMinor: 0, toldVatMinor: 0, ...changes,
    });
  };
  if (lacking.grossMinor > 0) {
    const paid = own.filter(({ owner }) => owner === 'captured' || owner === 'invoice');
    const paidOn = paid.map(({ since }) => since).sort().at(-1);
    const isLate = paidOn !== undefined && paidOn !== '' && today > addDays(paidOn, RAISE_DAYS);
    add(lacking, isLate ? { owner: 'waived' } : {});
    return added;
  }
  const invoiceId = own.findLast((part) => part.owner === 'invoice' && isUnpaid(part))?.ownerId;
  const invoiced = own.filter(({ owner, ownerId }) => owner === 'invoice' && ownerId === invoiceId);
  const fromInvoice = Math.min(Math.max(0, sumOf(invoiced).grossMinor), -lacking.grossMinor);
  const share = Math.round((lacking.vatMinor * fromInvoice) / -lacking.grossMinor);
  const onInvoice = { grossMinor: -fromInvoice, vatMinor: share };
  if (fromInvoice > 0) add(onInvoice, { owner: 'invoice', ownerId: invoiceId!, status: 'failed', since: today });
  const credit = less(lacking, onInvoice);
  if (credit.grossMinor < 0) add(credit, {});
  return added;
}

const NOTHING: Money = { grossMinor: 0, vatMinor: 0 };

function kindOf({ operatorId, merchant, currency }: Kind): Kind {
  return { operatorId, merchant, currency };
}

function keyOf({ operatorId, merchant, currency }: Kind): string {
  return JSON.stringify([operatorId, merchant, currency]);
}
