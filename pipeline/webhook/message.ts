import { hash } from 'node:crypto';
import { topics } from '../../topics/topics.ts';
import type { LogRecord } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { BillingLine, Charge, SalesDocument } from '../records/records.ts';

/** What an endpoint is told of one record. */
export interface Message {
  /** The same for the same revision of the same thing, however often it is sent: by it a receiver drops repetitions. */
  readonly webhookId: string;
  /** Records of one account come in the order of the log. */
  readonly accountId: string;
  readonly body: string;
}

/** What may be asked for, by the names that the command line and endpoints use. */
export const SOURCES = {
  billing: topics.billing.name,
  charges: topics.charges.name,
  documents: topics.documents.name,
} as const;

export type Source = keyof typeof SOURCES;

/**
 * Makes messages of records: fields are picked one by one, so that what is added to a record stays inside until it is
 * decided that operators may see it.
 */
export interface Messages {
  /**
   * Null: the record is not for this operator.
   * @throws {UndecodableError | UnknownWriterError} as codecs do
   */
  messageOf(source: Source, record: LogRecord, operatorId: string): Message | null;
}

export function openMessages(ids: SchemaIds): Messages {
  const billing = openCodec('BillingRecord', ids);
  const charges = openCodec('Charge', ids);
  const documents = openCodec('SalesDocument', ids);
  return {
    messageOf(source, { value, timestamp }, operatorId) {
      if (value === null) return null;
      switch (source) {
        case 'billing': {
          const record = billing.decode(value);
          if (!('parking.BillingLine' in record)) return null;
          return lineMessage(record['parking.BillingLine'], operatorId, timestamp);
        }
        case 'charges': return chargeMessage(charges.decode(value), operatorId, timestamp);
        case 'documents': return documentMessage(documents.decode(value), operatorId, timestamp);
      }
    },
  };
}

/** @param at UTC ms, when it happened */
export function lineMessage(line: BillingLine, operatorId: string, at: number): Message | null {
  if (line.operatorId !== operatorId) return null;
  const { lineId, revision, status, accountId, visitId, garageId, visitDay } = line;
  const { grossMinor, vatMinor, currency, tariffVersion } = line;
  return message('billing.line', [lineId, revision], operatorId, accountId, at, {
    lineId, revision, status, operatorId, accountId, visitId, garageId, visitDay, grossMinor, vatMinor, currency,
    tariffVersion,
  });
}

/** A charge may hold lines of several operators: each is told of its own, and of its part of the sum. */
export function chargeMessage(charge: Charge, operatorId: string, at: number): Message | null {
  const lines = charge.lines.filter((line) => line.operatorId === operatorId);
  const allocation = charge.allocations.find((each) => each.operatorId === operatorId);
  if (lines.length === 0 && allocation === undefined) return null;
  const { chargeId, revision, status, accountId, billingDay, currency } = charge;
  // Charges of before there were allocations say it line by line.
  const { grossMinor, vatMinor } =
    allocation ?? { grossMinor: sum(lines, 'grossMinor'), vatMinor: sum(lines, 'vatMinor') };
  return message('charge', [chargeId, revision], operatorId, accountId, at, {
    chargeId, revision, status, operatorId, accountId, billingDay, currency, grossMinor, vatMinor,
    lines: lines.map(({ lineId, visitId, garageId, visitDay, ...sums }) =>
      ({ lineId, visitId, garageId, visitDay, grossMinor: sums.grossMinor, vatMinor: sums.vatMinor })),
    // Why a card was declined is between the driver and the bank.
    history: charge.history.map((each) => ({ status: each.status, at: timeOf(each.at) })),
  });
}

export function documentMessage(document: SalesDocument, operatorId: string, at: number): Message | null {
  if (document.operatorId !== operatorId) return null;
  const { documentId, revision, kind, series, number, originalNumber, accountId, chargeId, invoiceId } = document;
  const { billingDay, issuedDay, dueDay, kid, currency, grossMinor, vatMinor } = document;
  return message('document', [documentId, revision], operatorId, accountId, at, {
    documentId, revision, kind, series, number, originalNumber, operatorId, accountId, chargeId, invoiceId,
    billingDay, issuedDay, dueDay, kid, currency, grossMinor, vatMinor,
    lines: document.lines.map(({ lineId, visitId, garageId, visitDay, what, ...sums }) =>
      ({ lineId, visitId, garageId, visitDay, what, grossMinor: sums.grossMinor, vatMinor: sums.vatMinor })),
  });
}

function message(
  type: string, [id, revision]: readonly [string, number], operatorId: string, accountId: string, at: number,
  data: object,
): Message {
  return {
    // A hash: ids may hold what a header may not, and a stop would blur what is signed.
    webhookId: `msg_${hash('sha256', JSON.stringify([type, id, revision, operatorId]), 'base64url')}`,
    accountId,
    body: JSON.stringify({ type, timestamp: timeOf(at), data }),
  };
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], field: K): number {
  return items.reduce((total, item) => total + item[field], 0);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
