import type { SchemaName } from '../../topics/topics.ts';
import { topics } from '../../topics/topics.ts';
import { openCodec } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import type { RecordOf } from '../records/records.ts';
import { day, finite, instant, instantOrNull, text, textOrNull, texts } from './json-row.ts';

/** How the records of a topic become rows of a table. */
export interface WarehouseTable {
  readonly table: string;
  readonly columns: readonly string[];
  /**
   * Makes of a record's bytes a row in JSONCompactEachRow, in the order of `columns`.
   * It throws what Codec.decode throws, and UnfitValueError.
   */
  openRows(ids: SchemaIds): (bytes: Buffer) => string;
}

const visitsTable: WarehouseTable = {
  table: 'visits',
  columns: [
    'visitId', 'revision', 'status', 'operatorId', 'garageId', 'plate', 'country', 'plateRead', 'entryReadId',
    'exitReadId', 'firstSeenAt', 'enteredAt', 'exitedAt', 'matchConfidence', 'flags', 'rulesVersion',
  ],
  openRows: (ids) => rowsOf('Visit', ids, (v) =>
    `[${text(v.visitId)},${v.revision},${text(v.status)},${text(v.operatorId)},${text(v.garageId)},${text(v.plate)},` +
    `${text(v.country)},${v.plateRead},${textOrNull(v.entryReadId)},${textOrNull(v.exitReadId)},` +
    `${instant(v.firstSeenAt)},${instantOrNull(v.enteredAt)},${instantOrNull(v.exitedAt)},` +
    `${finite(v.matchConfidence)},${texts(v.flags)},${v.rulesVersion}]`),
};

const irregularitiesTable: WarehouseTable = {
  table: 'irregularities',
  columns: [
    'irregularityId', 'revision', 'status', 'type', 'operatorId', 'garageId', 'at', 'cameraId', 'readIds', 'visitIds',
    'severity', 'action',
  ],
  openRows: (ids) => rowsOf('Irregularity', ids, (i) =>
    `[${text(i.irregularityId)},${i.revision},${text(i.status)},${text(i.type)},${text(i.operatorId)},` +
    `${text(i.garageId)},${instant(i.at)},${textOrNull(i.cameraId)},${texts(i.readIds)},${texts(i.visitIds)},` +
    `${text(i.severity)},${text(i.action)}]`),
};

const occupancyTable: WarehouseTable = {
  table: 'occupancy',
  columns: ['garageId', 'operatorId', 'at', 'inside', 'openVisits', 'countedAt'],
  openRows: (ids) => rowsOf('Occupancy', ids, (o) =>
    `[${text(o.garageId)},${text(o.operatorId)},${instant(o.at)},` +
    `${finite(o.inside)},${o.openVisits},${instantOrNull(o.countedAt)}]`),
};

const chargesTable: WarehouseTable = {
  table: 'charges',
  columns: [
    'chargeId', 'revision', 'status', 'accountId', 'billingDay', 'merchant', 'currency', 'grossMinor', 'vatMinor',
    'lines.lineId', 'lines.visitId', 'lines.operatorId', 'lines.garageId', 'lines.visitDay', 'lines.grossMinor',
    'lines.vatMinor', 'lines.entryId', 'history.status', 'history.at',
    'history.code', 'history.attempt', 'allocations.operatorId',
    'allocations.grossMinor', 'allocations.vatMinor', 'nextAttemptDay', 'attempts',
  ],
  openRows: (ids) => rowsOf('Charge', ids, (c) =>
    `[${text(c.chargeId)},${c.revision},${text(c.status)},${text(c.accountId)},${day(c.billingDay)},` +
    `${text(c.merchant)},${text(c.currency)},${c.grossMinor},${c.vatMinor},` +
    `${texts(c.lines.map((line) => line.lineId))},${texts(c.lines.map((line) => line.visitId))},` +
    `${texts(c.lines.map((line) => line.operatorId))},${texts(c.lines.map((line) => line.garageId))},` +
    `[${c.lines.map((line) => day(line.visitDay)).join(',')}],[${c.lines.map((line) => line.grossMinor).join(',')}],` +
    `[${c.lines.map((line) => line.vatMinor).join(',')}],${texts(c.lines.map((line) => line.entryId))},` +
    `${texts(c.history.map((event) => event.status))},[${c.history.map((event) => instant(event.at)).join(',')}],` +
    `${texts(c.history.map((event) => event.code))},[${c.history.map((event) => event.attempt).join(',')}],` +
    `${texts(c.allocations.map((share) => share.operatorId))},` +
    `[${c.allocations.map((share) => share.grossMinor).join(',')}],` +
    `[${c.allocations.map((share) => share.vatMinor).join(',')}],` +
    `${c.nextAttemptDay === '' ? 'null' : day(c.nextAttemptDay)},${c.attempts}]`),
};

const ledgerTable: WarehouseTable = {
  table: 'ledger',
  columns: [
    'entryId', 'revision', 'lineId', 'accountId', 'operatorId', 'visitId',
    'garageId', 'visitDay', 'currency', 'grossMinor', 'vatMinor',
    'owner', 'ownerId', 'status', 'at',
  ],
  openRows: (ids) => rowsOf('LedgerEntry', ids, (e) =>
    `[${text(e.entryId)},${e.revision},${text(e.lineId)},${text(e.accountId)},${text(e.operatorId)},` +
    `${text(e.visitId)},${text(e.garageId)},${day(e.visitDay)},${text(e.currency)},${e.grossMinor},` +
    `${e.vatMinor},${text(e.owner)},${text(e.ownerId)},${text(e.status)},${instant(e.at)}]`),
};

const bankPaymentsTable: WarehouseTable = {
  table: 'bank_payments',
  columns: [
    'reference', 'kid', 'amountMinor', 'currency', 'bookedOn', 'fate',
    'accountId', 'invoiceId', 'matchedMinor', 'surplusMinor', 'at',
  ],
  openRows: (ids) => rowsOf('MatchedPayment', ids, (p) =>
    `[${text(p.reference)},${text(p.kid)},${p.amountMinor},${text(p.currency)},${day(p.bookedOn)},${text(p.fate)},` +
    `${text(p.accountId)},${text(p.invoiceId)},${p.matchedMinor},${p.surplusMinor},${instant(p.at)}]`),
};

const dispositionsTable: WarehouseTable = {
  table: 'dispositions',
  columns: [
    'visitId', 'revision', 'status', 'disposition', 'reason',
    'operatorId', 'garageId', 'firstSeenAt', 'enteredAt', 'exitedAt',
    'accountId', 'permitId', 'permitKind', 'grossMinor', 'vatMinor',
    'paidMinor', 'currency', 'tariffVersion', 'payableUntil',
  ],
  openRows: (ids) => rowsOf('Disposition', ids, (d) =>
    `[${text(d.visitId)},${d.revision},${text(d.status)},${text(d.disposition)},${text(d.reason)},` +
    `${text(d.operatorId)},${text(d.garageId)},${instant(d.firstSeenAt)},${instantOrNull(d.enteredAt)},` +
    `${instantOrNull(d.exitedAt)},${text(d.accountId)},${text(d.permitId)},${text(d.permitKind)},${d.grossMinor},` +
    `${d.vatMinor},${d.paidMinor},${text(d.currency)},${text(d.tariffVersion)},${instantOrNull(d.payableUntil)}]`),
};

const documentsTable: WarehouseTable = {
  table: 'documents',
  columns: [
    'documentId', 'revision', 'kind', 'operatorId', 'series', 'number',
    'accountId', 'chargeId', 'invoiceId', 'billingDay', 'issuedDay',
    'dueDay', 'currency', 'grossMinor', 'vatMinor', 'originalSaleId',
    'originalNumber', 'kid', 'ownerRef', 'at', 'lines.lineId',
    'lines.visitId', 'lines.garageId', 'lines.visitDay', 'lines.grossMinor', 'lines.vatMinor', 'lines.what',
  ],
  openRows: (ids) => rowsOf('SalesDocument', ids, (d) =>
    `[${text(d.documentId)},${d.revision},${text(d.kind)},${text(d.operatorId)},${text(d.series)},${d.number},` +
    `${text(d.accountId)},${text(d.chargeId)},${text(d.invoiceId)},${day(d.billingDay)},${day(d.issuedDay)},` +
    `${d.dueDay === '' ? 'null' : day(d.dueDay)},${text(d.currency)},${d.grossMinor},${d.vatMinor},` +
    `${text(d.originalSaleId)},${d.originalNumber},${text(d.kid)},${text(d.ownerRef)},${instant(d.at)},` +
    `${texts(d.lines.map((line) => line.lineId))},${texts(d.lines.map((line) => line.visitId))},` +
    `${texts(d.lines.map((line) => line.garageId))},[${d.lines.map((line) => day(line.visitDay)).join(',')}],` +
    `[${d.lines.map((line) => line.grossMinor).join(',')}],` +
    `[${d.lines.map((line) => line.vatMinor).join(',')}],${texts(d.lines.map((line) => line.what))}]`),
};

const accessLogTable: WarehouseTable = {
  table: 'access_log',
  columns: [
    'entryId', 'at', 'actor', 'actorName', 'view', 'reason', 'garageId', 'subjects.kind', 'subjects.id', 'requestId',
  ],
  openRows: (ids) => rowsOf('AccessLogEntry', ids, (e) =>
    `[${text(e.entryId)},${instant(e.at)},${text(e.actor)},${text(e.actorName)},${text(e.view)},` +
    `${text(e.reason)},${text(e.garageId)},${texts(e.subjects.map(({ kind }) => kind))},` +
    `${texts(e.subjects.map(({ id }) => id))},${text(e.requestId)}]`),
};

/** Table of each topic that the warehouse takes in. Their partition counts are equal, so one group shares them out. */
export const tableOfTopic: ReadonlyMap<string, WarehouseTable> = new Map([
  [topics.visits.name, visitsTable],
  [topics.irregularities.name, irregularitiesTable],
  [topics.occupancy.name, occupancyTable],
  [topics.charges.name, chargesTable],
  [topics.dispositions.name, dispositionsTable],
  [topics.documents.name, documentsTable],
  [topics.ledger.name, ledgerTable],
  [topics.matchedPayments.name, bankPaymentsTable],
  [topics.accessLog.name, accessLogTable],
]);

function rowsOf<N extends SchemaName>(
  schema: N,
  ids: SchemaIds,
  toRow: (record: RecordOf[N]) => string,
): (bytes: Buffer) => string {
  const codec = openCodec(schema, ids);
  return (bytes) => toRow(codec.decode(bytes));
}
