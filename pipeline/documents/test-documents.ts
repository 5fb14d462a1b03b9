import { partitionCounts } from '../../topics/topics.ts';
import { vatWithin } from '../pricing/tariff/vat.ts';
import { partitionOf } from '../records/partition.ts';
import type { Disposition, Sale, SaleLine, SellerDetails } from '../records/records.ts';
import type { DocumentView, Stay } from './document-view.ts';
import { documentOf } from './rules.ts';

/** Sales, documents and what is known of them, for tests. */

export const AT = Date.parse('2026-06-02T04:00:00Z');

/** An operator whose sales are in that partition. */
export function operatorOf(partition: number, nth = 0): string {
  const names = Array.from({ length: 100 }, (_, n) => `operator-${n}`);
  return names.filter((name) => partitionOf(name, partitionCounts.operator) === partition)[nth]!;
}

export function saleLine(number: number, change: Partial<SaleLine> = {}): SaleLine {
  const grossMinor = change.grossMinor ?? 3_500;
  return {
    lineId: `line-${number}`, visitId: `visit-${number}`, garageId: 'p4', visitDay: '2026-06-01', grossMinor,
    vatMinor: Math.sign(grossMinor) * vatWithin(Math.abs(grossMinor), 2_500), what: 'parking', ...change,
  };
}

/** A receipt of one line, unless it is changed; its sums are those of its lines. */
export function sale(change: Partial<Sale> = {}): Sale {
  const lines = change.lines ?? [saleLine(1)];
  return {
    saleId: 'sale-1', kind: 'receipt', operatorId: operatorOf(0),
    accountId: 'account-1', chargeId: 'charge-1', invoiceId: '',
    billingDay: '2026-06-01', issuedDay: '2026-06-02', dueDay: '', currency: 'NOK', lines,
    grossMinor: lines.reduce((sum, { grossMinor }) => sum + grossMinor, 0),
    vatMinor: lines.reduce((sum, { vatMinor }) => sum + vatMinor, 0),
    originalSaleId: '', kid: '', ownerRef: '', at: AT, ...change,
  };
}

export const seller: SellerDetails = {
  from: 0, name: 'Åsgård Parkering AS', organisationNumber: '923609016', vatRegistered: true, businessRegistered: true,
  address: ['Sjøgata 12', '9405 Harstad'], email: 'kunde@asgard.example', bankAccount: '86011117947', language: 'nb',
};

/** A document as it is seen by who knows everything of it. */
export function viewOf(of: Sale, number: number, change: Partial<DocumentView> = {}, originalNumber = 0): DocumentView {
  return {
    document: documentOf(of, number, originalNumber),
    seller,
    buyer: { name: 'Kari Ødegård', address: [] },
    garages: new Map([
      ['p4', { name: 'Harstad lufthavn P4', timezone: 'Europe/Oslo' }],
      ['vestre', { name: 'Vestre torg, Hamar', timezone: 'Europe/Oslo' }],
    ]),
    stays:
      new Map(of.lines.filter(({ visitId }) => visitId !== '').map(({ visitId }, place) => [visitId, stay(place)])),
    ...change,
  };
}

function stay(place: number): Stay {
  const enteredAt = Date.parse('2026-06-01T06:15:00Z') + place * 3_600_000;
  return { plate: 'EL12345', enteredAt, exitedAt: enteredAt + (place % 3 === 2 ? 14 : 1) * 3_600_000 + 27 * 60_000 };
}

/** Of a visit that an account pays for. */
export function disposition(
  change: Pick<Disposition, 'visitId' | 'accountId' | 'firstSeenAt'> & Partial<Disposition>,
): Disposition {
  return {
    revision: 1, status: 'live', disposition: 'account', reason: '', operatorId: 'op', garageId: 'p4', enteredAt: null,
    exitedAt: null, permitId: '', permitKind: '', grossMinor: 3_500, vatMinor: 700, paidMinor: 0, currency: 'NOK',
    tariffVersion: 't', payableUntil: null, ...change,
  };
}
