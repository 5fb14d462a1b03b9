import type { Control } from '../records/records.ts';
import { lackingOf } from './bank-payments.ts';
import type { Books } from './books.ts';
import { cameTo, type CollectedCharge, type Item } from './charge.ts';
import { accountOf, occasionAt, type Desk } from './desk.ts';
import { invoicesOver, type Invoice } from './giving-up.ts';
import { idOf, invoiceSaleIdOf } from './ids.ts';
import { sumOf } from './line.ts';
import { ended, release } from './ownership.ts';
import { changeOf, invoiceSaleOf, type Occasion } from './sales.ts';
import type { PayingAccount } from './state.ts';
import { waitingOf } from './waiting.ts';

/** Why an account is blocked, and what alone is lifted: what staff block one for stays. */
const PAYMENT_TROUBLE = 'payment_trouble';

/** Invoices over what is given up, and what becomes of them. */
export interface Invoicing {
  /**
   * Freezes collecting from the card, has the account blocked, and invoices all that it has not paid: also what would
   * be tried again, and the visits that no charge has taken yet, so that one fee is asked for once. For technical
   * failures alone there is no fee, and nobody is blocked.
   */
  giveUp(
    books: Books, accountId: string, charges: readonly CollectedCharge[], why: 'card' | 'technical', occasion: Occasion,
  ): void;
  isUnpaid(invoice: Invoice | undefined): boolean;
  /** Brings an invoice to what its parts are now, and its parts to what was paid for it. */
  changeInvoice(books: Books, invoice: Invoice, at: number): void;
  /** The same after visits on it have changed: with nothing left to pay of them its fee is taken back too. */
  reviseInvoice(books: Books, invoiceId: string, at: number): void;
  /**
   * A new card unblocks. The accounts do so when they take it, but a block that was on its way to them then has come
   * after it: they are told once more.
   */
  unblockForCard(accountId: string, at: number): void;
}

export function openInvoicing(desk: Desk): Invoicing {
  const { state, sink, task } = desk;
  return { giveUp, isUnpaid, changeInvoice, reviseInvoice, unblockForCard };

  function giveUp(
    books: Books, accountId: string, charges: readonly CollectedCharge[], why: 'card' | 'technical', occasion: Occasion,
  ): void {
    const { billingDay, today, at } = occasion;
    const code = why === 'card' ? 'given_up' : 'given_up technical';
    const charged = charges.flatMap((charge) => {
      books.putCharge(ended(cameTo(charge, 'invoiced', at, code)));
      return release(books, charge, occasion);
    });
    const finished = waitingOf(state, accountId)
      .filter(({ line, part }) => part.grossMinor > 0 && line.visitDay <= billingDay);
    const unpaid = [...charged, ...finished];
    const nextNumber = state.nextNumber();
    const invoices = invoicesOver(unpaid, {
      accountId, billingDay, today, partition: task, nextNumber, hasFee: why === 'card',
    });
    state.setNextNumber(nextNumber + invoices.length);
    for (const { invoice, items } of invoices) {
      state.invoices.put(invoice.invoiceId, invoice);
      for (const { line } of items) if (line.visitId === '') books.putLine(line);
      const owned = books.change(items, {
        owner: 'invoice',
        ownerId: invoice.invoiceId,
        status: 'failed',
        since: today,
      });
      books.tell([invoiceSaleOf(invoice, owned, occasion)]);
    }
    const account = accountOf(desk, accountId);
    // One that was blocked before is told again: staff may have unblocked it, of which charges do not know.
    if (why === 'technical' || account.holdsBlocking) return;
    state.accounts.put(accountId, { ...account, isBlocked: true });
    sink.control(wordToAccounts('block', accountId, billingDay, at));
  }

  function isUnpaid(invoice: Invoice | undefined): boolean {
    return invoice !== undefined && lackingOf(invoice) > 0;
  }

  function changeInvoice(books: Books, invoice: Invoice, at: number): void {
    const { invoiceId, accountId, paidMinor } = invoice;
    const items = itemsOn(invoice);
    const before = state.invoices.get(invoiceId)!;
    const changed = { ...invoice, ...sumOf(items.map(({ part }) => part)) };
    state.invoices.put(invoiceId, changed);
    const surplusMinor = paidMinor - changed.grossMinor - Math.max(0, before.paidMinor - before.grossMinor);
    if (surplusMinor > 0) {
      sink.matched({
        reference: `correction ${invoiceId}`, kid: invoice.kid, amountMinor: 0, currency: invoice.currency,
        bookedOn: occasionAt(desk, at).today,
        fate: 'overpaid', accountId, invoiceId, matchedMinor: -surplusMinor, surplusMinor, at,
      });
    }
    if (lackingOf(changed) > 0) return;
    books.change(items.filter(({ part }) => part.status !== 'charged'), { status: 'charged' });
    unblockWhenSettled(accountId, at);
  }

  function reviseInvoice(books: Books, invoiceId: string, at: number): void {
    const invoice = state.invoices.get(invoiceId)!;
    const items = itemsOn(invoice);
    const fee = items.find(({ line, part }) => line.visitId === '' && part.grossMinor > 0);
    if (fee !== undefined && sumOf(items.map(({ part }) => part)).grossMinor === fee.part.grossMinor && isUnpaid(invoice)) {
      const taken = books.change([fee], { grossMinor: 0, vatMinor: 0 });
      const references = { invoiceId, originalSaleId: invoiceSaleIdOf(invoiceId) };
      books.tell([changeOf(taken[0]!, references, occasionAt(desk, at))]);
    }
    changeInvoice(books, invoice, at);
  }

  function itemsOn({ invoiceId, lineIds }: Invoice): Item[] {
    return lineIds.flatMap((lineId) => {
      const line = state.lines.get(lineId);
      const own = line?.parts.filter((part) => part.ownerId === invoiceId && part.owner === 'invoice') ?? [];
      return own.map((part) => ({ line: line!, part }));
    });
  }

  /** A settled debt unblocks: no invoice is unpaid, and nothing is about to become one. */
  function unblockWhenSettled(accountId: string, at: number): void {
    const account = accountOf(desk, accountId);
    if (!account.isBlocked || state.invoicesOf(accountId).some(isUnpaid)) return;
    if (state.activeCharges(accountId).some(({ isExhausted }) => isExhausted)) return;
    unblock(account, accountId, at);
  }

  function unblockForCard(accountId: string, at: number): void {
    const account = accountOf(desk, accountId);
    if (account.isBlocked) unblock(account, accountId, at);
  }

  function unblock(account: PayingAccount, accountId: string, at: number): void {
    state.accounts.put(accountId, { ...account, isBlocked: false });
    sink.control(wordToAccounts('unblock', accountId, String(at), at));
  }
}

function wordToAccounts(type: 'block' | 'unblock', accountId: string, occasion: string, at: number): Control {
  return {
    controlId: idOf(type, accountId, occasion), type, subject: accountId, to: null, version: null, issuedAt: at,
    issuedBy: 'charges',
    reason: PAYMENT_TROUBLE,
  };
}
