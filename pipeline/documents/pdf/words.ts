import type { SalesDocument } from '../../records/records.ts';
import type { Language } from '../document-view.ts';

/** What a document says, in one language. */
export interface Words {
  readonly kinds: Readonly<Record<SalesDocument['kind'], string>>;
  readonly number: string;
  readonly issued: string;
  readonly due: string;
  readonly customer: string;
  readonly account: string;
  readonly organisation: string;
  readonly vatMark: string;
  readonly businessRegister: string;
  readonly unknownSeller: (operatorId: string) => string;
  readonly registeredOwner: string;
  readonly payment: string;
  readonly bankAccount: string;
  readonly kid: string;
  readonly toPay: string;
  readonly parking: string;
  readonly invoiceFee: string;
  readonly correction: string;
  readonly what: string;
  readonly time: string;
  readonly rate: string;
  readonly amount: string;
  readonly base: string;
  readonly vat: string;
  readonly vatWithin: string;
  readonly total: string;
  readonly totalCredited: string;
  readonly paidByCard: string;
  readonly credits: (number: number) => string;
  readonly howToPay: string;
  readonly continued: string;
  readonly overview: string;
  readonly document: string;
  readonly seller: string;
  readonly page: (page: number, pages: number) => string;
}

export const wordsOf: Readonly<Record<Language, Words>> = {
  nb: {
    kinds: { receipt: 'Kvittering', invoice: 'Faktura', credit_note: 'Kreditnota' },
    number: 'Nummer',
    issued: 'Dato',
    due: 'Forfall',
    customer: 'Kunde',
    account: 'Konto',
    organisation: 'Org.nr.',
    vatMark: 'MVA',
    businessRegister: 'Foretaksregisteret',
    unknownSeller: (operatorId) => `Parkeringsselskap ${operatorId}`,
    registeredOwner: 'Registrert eier av kjøretøyet',
    payment: 'Betaling',
    bankAccount: 'Kontonummer',
    kid: 'KID',
    toPay: 'Å betale',
    parking: 'Parkering',
    invoiceFee: 'Fakturagebyr',
    correction: 'Korreksjon',
    what: 'Beskrivelse',
    time: 'Tid',
    rate: 'MVA',
    amount: 'Beløp',
    base: 'Grunnlag',
    vat: 'MVA-beløp',
    vatWithin: 'Herav MVA',
    total: 'Sum inkl. MVA',
    totalCredited: 'Kreditert inkl. MVA',
    paidByCard: 'Beløpet trekkes fra betalingskortet som er registrert på kontoen.',
    credits: (number) => `Gjelder dokument nummer ${number}, som krediteres med beløpet under.`,
    howToPay: 'Betal til kontonummeret med KID innen forfall.',
    continued: 'forts.',
    overview: 'Oversikt',
    document: 'Dokument',
    seller: 'Selger',
    page: (page, pages) => `Side ${page} av ${pages}`,
  },
  en: {
    kinds: { receipt: 'Receipt', invoice: 'Invoice', credit_note: 'Credit note' },
    number: 'Number',
    issued: 'Date',
    due: 'Due',
    customer: 'Customer',
    account: 'Account',
    organisation: 'Org. no.',
    vatMark: 'MVA',
    businessRegister: 'Foretaksregisteret',
    unknownSeller: (operatorId) => `Parking company ${operatorId}`,
    registeredOwner: 'Registered owner of the vehicle',
    payment: 'Payment',
    bankAccount: 'Bank account',
    kid: 'KID',
    toPay: 'To pay',
    parking: 'Parking',
    invoiceFee: 'Invoice fee',
    correction: 'Correction',
    what: 'Description',
    time: 'Time',
    rate: 'VAT',
    amount: 'Amount',
    base: 'Net amount',
    vat: 'VAT amount',
    vatWithin: 'Of which VAT',
    total: 'Total incl. VAT',
    totalCredited: 'Credited incl. VAT',
    paidByCard: 'The amount is taken from the payment card that is registered on the account.',
    credits: (number) => `Concerns document number ${number}, which is credited by the amount below.`,
    howToPay: 'Pay to the bank account with the KID by the due date.',
    continued: 'continued',
    overview: 'Overview',
    document: 'Document',
    seller: 'Seller',
    page: (page, pages) => `Page ${page} of ${pages}`,
  },
};
