import type { ClickHouseClient } from '@clickhouse/client';
import { rowsFrom } from '../warehouse/rows-from.ts';
import type { VisitLine } from './documents-query.ts';

/** A charge as its account's holder sees it. */
export interface PaymentRow {
  readonly chargeId: string;
  /** pending, charged, failed, invoiced or waived */
  readonly status: string;
  readonly billingDay: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
}

export interface PaymentLine extends VisitLine {
  readonly operatorId: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
}

/** What became of a payment, step by step. */
export interface PaymentEvent {
  readonly status: string;
  /** UTC ms */
  readonly at: number;
  readonly code: string;
}

export interface Payment extends PaymentRow {
  readonly lines: readonly PaymentLine[];
  /** Oldest first. */
  readonly history: readonly PaymentEvent[];
}

/** A visit of an account, and what became of its price; that is changed by corrections. */
export interface VisitRow extends PaymentLine {
  readonly lineId: string;
  /** pending, charged, failed or waived */
  readonly status: string;
  readonly currency: string;
  /** Empty: it is in no payment yet, or on an invoice. */
  readonly chargeId: string;
  /** Empty: it is on none. */
  readonly invoiceId: string;
}

/** The last visit of a page. */
export interface VisitCursor {
  readonly visitDay: string;
  readonly lineId: string;
}

/** The last payment of a page. */
export interface PaymentCursor {
  readonly billingDay: string;
  readonly chargeId: string;
}

/** The payments and visits of an account, of the warehouse. @throws {WarehouseAwayError} all of them */
export interface PaymentsQuery {
  /** Newest first, from behind `after` on. */
  newestPayments(accountId: string, limit: number, after: PaymentCursor | null): Promise<PaymentRow[]>;
  /** Null: the account has none of that id. */
  payment(accountId: string, chargeId: string): Promise<Payment | null>;
  /** Newest first, from behind `after` on; those that cost something. */
  newestVisits(accountId: string, limit: number, after: VisitCursor | null): Promise<VisitRow[]>;
}

export function openPaymentsQuery(client: ClickHouseClient): PaymentsQuery {
  return {
    newestPayments(accountId, limit, after) {
      const behind = after === null ? '' : 'AND (billingDay, chargeId) < ({billingDay: Date}, {chargeId: String})';
      return rowsFrom<PaymentRow>(client,
        `SELECT ${COLUMNS} FROM charges_current WHERE accountId = {accountId: String} ${behind}
         ORDER BY billingDay DESC, chargeId DESC LIMIT {limit: UInt32}`, { accountId, limit, ...after });
    },
    async payment(accountId, chargeId) {
      const [row] = await rowsFrom<DetailRow>(client,
        `SELECT ${COLUMNS},
           arrayMap((event, at, code) -> tuple(event, toUnixTimestamp64Milli(at), code),
             history.status, history.at, history.code) AS historyTuples,
           arrayMap((visit, operator, garage, visitDay, gross, vat) ->
               tuple(visit, operator, garage, toString(visitDay), gross, vat),
             lines.visitId, lines.operatorId, lines.garageId, lines.visitDay, lines.grossMinor, lines.vatMinor) AS lineTuples
         FROM charges_current WHERE accountId = {accountId: String} AND chargeId = {chargeId: String} LIMIT 1`,
        { accountId, chargeId });
      if (row === undefined) return null;
      const { lineTuples, historyTuples, ...payment } = row;
      const lines = lineTuples.map(([visitId, operatorId, garageId, visitDay, grossMinor, vatMinor]) =>
        ({ visitId, operatorId, garageId, visitDay, grossMinor, vatMinor }));
      return { ...payment, lines, history: historyTuples.map(([status, at, code]) => ({ status, at, code })) };
    },
    newestVisits(accountId, limit, after) {
      const behind = after === null ? '' : 'AND (visitDay, lineId) < ({visitDay: Date}, {lineId: String})';
      // A line has an entry for each correction that came after it was paid; the driver sees one visit, of the company
      // and currency that the newest debit has: what another was paid is given back. What is worth nothing tells nothing.
      return rowsFrom<VisitRow>(client,
        `SELECT lineId, visitId, operatorId, garageId, visitDay, currency, grossMinor, vatMinor,
           multiIf(kept = 0, 'waived', failed > 0, 'failed', pending > 0, 'pending', 'charged') AS status, chargeId, invoiceId
         FROM (
           SELECT lineId, any(ledger.visitId) AS visitId, any(ledger.garageId) AS garageId, max(ledger.visitDay) AS visitDay,
             argMax((ledger.operatorId, ledger.currency), (ledger.grossMinor > 0, length(entryId), entryId)) AS kind,
             kind.1 AS operatorId, kind.2 AS currency,
             sumIf(ledger.grossMinor, owner != 'waived') AS grossMinor,
             sumIf(ledger.vatMinor, owner != 'waived') AS vatMinor, countIf(owner != 'waived' AND ledger.grossMinor != 0) AS kept,
             countIf(owner != 'waived' AND ledger.status = 'failed' AND ledger.grossMinor != 0) AS failed,
             countIf(owner != 'waived' AND ledger.status = 'pending' AND ledger.grossMinor != 0) AS pending,
             anyIf(ownerId, owner IN ('open', 'captured') AND entryId = lineId) AS chargeId,
             anyIf(ownerId, owner = 'invoice' AND entryId = lineId) AS invoiceId,
             sum(abs(ledger.grossMinor)) AS moved
           FROM ledger_current AS ledger WHERE accountId = {accountId: String} AND ledger.visitId != '' GROUP BY lineId
         )
         WHERE moved != 0 ${behind} ORDER BY visitDay DESC, lineId DESC LIMIT {limit: UInt32}`,
        { accountId, limit, ...after });
    },
  };
}

type DetailRow = PaymentRow & {
  readonly lineTuples: readonly [string, string, string, string, number, number][];
  readonly historyTuples: readonly [string, number, string][];
};

const COLUMNS = 'chargeId, status, billingDay, currency, grossMinor, vatMinor';
