import { RejectedError } from '../engine/stage.ts';
import type { Books } from './books.ts';
import { cameTo, isActive, isUnderWay, type CollectedCharge, type Item } from './charge.ts';
import { occasionAt, type Desk } from './desk.ts';
import { invoiceSaleIdOf, receiptIdOf } from './ids.ts';
import type { Invoicing } from './invoicing.ts';
import { sumOf, type Line, type Part } from './line.ts';
import { ended, release } from './ownership.ts';
import type { Revisions } from './revisions.ts';
import { changeOf, toldOf } from './sales.ts';

/** Somebody's word over what is owed. */
export interface Words {
  /**
   * Nobody has to pay a line, charge or invoice. @throws {RejectedError} it is not known, paid, or an attempt is under
   * way
   */
  waive(books: Books, subject: string, at: number): void;
  /** What was waived is collected with the next charge after all. @throws {RejectedError} nothing was */
  approve(books: Books, subject: string): void;
}

export function openWords(desk: Desk, { changeInvoice, isUnpaid }: Invoicing, { syncCharge }: Revisions): Words {
  const { state } = desk;
  return { waive, approve };

  function waive(books: Books, subject: string, at: number): void {
    const charge = state.charges.get(subject);
    if (charge !== undefined) return waiveCharge(books, charge, at);
    const invoice = state.invoices.get(subject);
    if (invoice !== undefined) {
      const lines = invoice.lineIds.flatMap((lineId) => state.lines.get(lineId) ?? []);
      return waiveParts(books, itemsIn(lines, ({ owner, ownerId }) => owner === 'invoice' && ownerId === subject), at);
    }
    const line = state.lines.get(subject);
    if (line === undefined) {
      throw new RejectedError('unknown_subject', `there is no line, charge or invoice '${subject}'`);
    }
    waiveParts(books, itemsIn([line], ({ owner }) => owner === 'open' || owner === 'invoice'), at);
  }

  function waiveCharge(books: Books, charge: CollectedCharge, at: number): void {
    if (!isActive(charge) || isUnderWay(charge) || charge.operation === 'reversal') {
      const why = `charge '${charge.chargeId}' is ${charge.status}, or an attempt is under way`;
      throw new RejectedError('not_to_be_waived', why);
    }
    const debits = release(books, charge, occasionAt(desk, at));
    books.change(debits, { owner: 'waived', ownerId: '' });
    books.putCharge(ended(cameTo(charge, 'waived', at, 'waived')));
  }

  function waiveParts(books: Books, items: readonly Item[], at: number): void {
    const owners = new Map(items.map(({ part }) => [part.ownerId, part.owner]));
    for (const [ownerId, owner] of owners) {
      const isTooLate = owner === 'open'
        ? ownerId !== '' && isUnderWay(state.charges.get(ownerId)!)
        : !isUnpaid(state.invoices.get(ownerId));
      if (isTooLate) throw new RejectedError('not_to_be_waived', `'${ownerId}' is paid, or an attempt is under way`);
    }
    if (items.length === 0) throw new RejectedError('not_to_be_waived', 'nothing of it is unpaid');
    for (const owed of items) {
      const item = withoutCredits(books, owed);
      const { part } = item;
      if (part.grossMinor === 0) continue;
      const [waived] = books.change([item], { owner: 'waived', ownerId: '' });
      if (part.toldMinor === 0) continue;
      const isInvoiced = part.owner === 'invoice';
      const references = isInvoiced
        ? { invoiceId: part.ownerId, originalSaleId: invoiceSaleIdOf(part.ownerId) }
        : { chargeId: part.ownerId, originalSaleId: receiptIdOf(part.ownerId, part.operatorId) };
      // The document takes back what was told, though the part keeps its amount.
      const nothing = { line: waived!.line, part: { ...waived!.part, grossMinor: 0, vatMinor: 0 } };
      books.tell([changeOf(nothing, references, occasionAt(desk, at))]);
    }
    for (const [ownerId, owner] of owners) {
      if (owner === 'invoice') changeInvoice(books, state.invoices.get(ownerId)!, at);
      else if (ownerId !== '') syncCharge(books, ownerId, at);
    }
  }

  /**
   * All that an invoice asks for of a line in one of its parts: a credit that had lessened it would be left alone on
   * the invoice, and lessen what else it asks for.
   */
  function withoutCredits(books: Books, owed: Item): Item {
    const item = books.current(owed);
    const { line, part } = item;
    const own = line.parts.filter(({ owner, ownerId }) => owner === 'invoice' && ownerId === part.ownerId);
    if (own.every(({ grossMinor }) => grossMinor >= 0)) return item;
    const told = sumOf(own.map(toldOf));
    books.change(own.map((one) => ({ line, part: one })), {
      grossMinor: 0,
      vatMinor: 0,
      toldMinor: 0,
      toldVatMinor: 0,
    });
    return books.change([item], { ...sumOf(own), toldMinor: told.grossMinor, toldVatMinor: told.vatMinor })[0]!;
  }

  function approve(books: Books, subject: string): void {
    const line = state.lines.get(subject.split('~')[0]!);
    const isMeant = ({ entryId }: Part): boolean => entryId === subject || line!.lineId === subject;
    const items = line === undefined ? [] : itemsIn([line], (part) => part.owner === 'waived' && isMeant(part));
    if (items.length === 0) {
      throw new RejectedError('unknown_subject', `nothing was waived of a line or entry '${subject}'`);
    }
    books.change(items, { owner: 'open', ownerId: '', status: 'pending' });
  }
}

function itemsIn(lines: readonly Line[], chosen: (part: Part) => boolean): Item[] {
  return lines.flatMap((line) =>
    line.parts.filter((part) => part.grossMinor > 0 && chosen(part)).map((part) => ({ line, part })));
}
