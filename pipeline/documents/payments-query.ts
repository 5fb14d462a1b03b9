import type { ClickHouseClient } from '@clickhouse/client';
import { rowsFrom, type VisitLine } from './documents-query.ts';

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

/** The last payment of a page. */
export interface PaymentCursor {
  readonly billingDay: string;
  readonly chargeId: string;
}

/** The payments of an account, of the warehouse. @throws {WarehouseAwayError} all of them */
export interface PaymentsQuery {
  /** Newest first, from behind `after` on. */
  newestPayments(accountId: string, limit: number, after: PaymentCursor | null): Promise<PaymentRow[]>;
  /** Null: the account has none of that id. */
  payment(accountId: string, chargeId: string): Promise<(PaymentRow & { readonly lines: readonly PaymentLine[] }) | null>;
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
      const [row] = await rowsFrom<PaymentRow & { readonly lineTuples: readonly [string, string, string, string, number, number][] }>(client,
        `SELECT ${COLUMNS},
           arrayMap((visitId, operatorId, garageId, visitDay, gross, vat) -> tuple(visitId, operatorId, garageId, toString(visitDay), gross, vat),
             lines.visitId, lines.operatorId, lines.garageId, lines.visitDay, lines.grossMinor, lines.vatMinor) AS lineTuples
         FROM charges_current WHERE accountId = {accountId: String} AND chargeId = {chargeId: String} LIMIT 1`, { accountId, chargeId });
      if (row === undefined) return null;
      const { lineTuples, ...payment } = row;
      const lines = lineTuples.map(([visitId, operatorId, garageId, visitDay, grossMinor, vatMinor]) =>
        ({ visitId, operatorId, garageId, visitDay, grossMinor, vatMinor }));
      return { ...payment, lines };
    },
  };
}

const COLUMNS = 'chargeId, status, billingDay, currency, grossMinor, vatMinor';
