import type { Books } from './books.ts';
import { cameTo, chargedLineOf, isUnderWay, withLines, type CollectedCharge, type Item } from './charge.ts';
import { reviseParts } from './corrections.ts';
import { occasionAt, type Desk } from './desk.ts';
import { invoiceSaleIdOf, receiptIdOf } from './ids.ts';
import type { Invoicing } from './invoicing.ts';
import { sumOf, type Line, type Part } from './line.ts';
import { capture, ended, RELEASED } from './ownership.ts';
import { changeOf, untoldOf } from './sales.ts';

/** What follows when a line is worth something else. */
export interface Revisions {
  /** Brings a line's parts to what it is worth, with the documents, charges and invoices that follow. */
  revise(books: Books, lineId: string, at: number): void;
  /** What came while an attempt was under way counts now. */
  reviseLinesOf(books: Books, charge: CollectedCharge, at: number): void;
  /** Brings an open charge to what its parts are now. Credits that it can't hold any more wait again. */
  syncCharge(books: Books, chargeId: string, at: number): void;
}

export function openRevisions(desk: Desk, { reviseInvoice, isUnpaid }: Invoicing): Revisions {
  const { state } = desk;
  return { revise, reviseLinesOf, syncCharge };

  function revise(books: Books, lineId: string, at: number): void {
    const line = state.lines.get(lineId)!;
    const parts = reviseParts(line, {
      isUnderWay: (part) =>
        part.owner === 'open' && part.ownerId !== '' && isUnderWay(state.charges.get(part.ownerId)!),
      isUnpaid: ({ ownerId }) => isUnpaid(state.invoices.get(ownerId)),
      today: state.today() ?? '',
      lastClosedDay: state.lastClosedDay() ?? '',
    });
    if (parts === line.parts) return;
    const revised = { ...line, parts };
    books.putLine(revised);
    const before = new Map(line.parts.map((part) => [part.entryId, part]));
    const changed = parts.filter((part) => part !== before.get(part.entryId));
    for (const part of changed) {
      // As it is now: what was told of one part counts for the next.
      tellChange(books, books.current({ line: revised, part }), before.get(part.entryId) ?? null, at);
    }
    const concerned = changed.flatMap((part) => [part, before.get(part.entryId) ?? part]);
    const owners = new Map(concerned.map(({ owner, ownerId }) => [ownerId, owner]));
    for (const [ownerId, owner] of owners) {
      if (ownerId === '') continue;
      if (owner === 'open') syncCharge(books, ownerId, at);
      if (owner === 'invoice') reviseInvoice(books, ownerId, at);
    }
  }

  function reviseLinesOf(books: Books, charge: CollectedCharge, at: number): void {
    for (const lineId of new Set(charge.lines.map((line) => line.lineId))) {
      if (state.lines.get(lineId) !== undefined) revise(books, lineId, at);
    }
  }

  function syncCharge(books: Books, chargeId: string, at: number): void {
    const charge = state.charges.get(chargeId)!;
    let items = books.itemsOf(charge).filter(({ part }) => part.grossMinor !== 0);
    while (sumOf(items.map(({ part }) => part)).grossMinor < 0) {
      const credit = items.findLast(({ part }) => part.grossMinor < 0)!;
      books.change([credit], RELEASED);
      items = items.filter((item) => item !== credit);
    }
    const revised = withLines(charge, items.map(chargedLineOf));
    if (items.length === 0) return books.putCharge(ended(cameTo(revised, 'waived', at, 'revised')));
    if (revised.grossMinor === 0) return capture(state, books, cameTo(revised, 'charged', at, 'revised'));
    books.putCharge(cameTo(revised, revised.status, at, 'revised'));
  }

  /**
   * A part that was lowered below what its documents say gets a credit note; one that was raised in a charge a
   * receipt, and so does a credit of which nothing is left: no charge will use it, and tell of it then.
   */
  function tellChange(books: Books, item: Item, before: Part | null, at: number): void {
    const { line, part } = item;
    const { grossMinor: untold, vatMinor: untoldVat } = untoldOf(part);
    const isInCharge = part.owner === 'open' && part.ownerId !== '';
    if (untold === 0 && (untoldVat === 0 || !isInCharge)) return;
    if (untold > 0 && !isInCharge && part.grossMinor !== 0) return;
    if (part.owner === 'invoice') {
      const { ownerId: invoiceId } = part;
      return books.tell([changeOf(
        item,
        { invoiceId, originalSaleId: invoiceSaleIdOf(invoiceId) },
        occasionAt(desk, at),
      )]);
    }
    const chargeId = before !== null && before.ownerId !== '' ? before.ownerId : part.ownerId;
    if (untold > 0) return books.tell([changeOf(item, { chargeId }, occasionAt(desk, at))]);
    books.tell([changeOf(item, { chargeId, originalSaleId: originalOf(line, part, chargeId) }, occasionAt(desk, at))]);
  }
}

/**
 * The document that sold what is credited: of the charge it stands in, or else of the newest that took some of the
 * line.
 */
function originalOf(line: Line, part: Part, chargeId: string): string {
  if (chargeId !== '') return receiptIdOf(chargeId, part.operatorId);
  const sold = line.parts.findLast(({ operatorId, grossMinor, owner, ownerId }) =>
    operatorId === part.operatorId && grossMinor > 0 &&
      (owner === 'captured' || owner === 'invoice') && ownerId !== '');
  if (sold === undefined) return '';
  return sold.owner === 'invoice' ? invoiceSaleIdOf(sold.ownerId) : receiptIdOf(sold.ownerId, part.operatorId);
}
