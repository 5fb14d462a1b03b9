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

const chargesTable: WarehouseTable = {
  table: 'charges',
  columns: [
    'chargeId', 'revision', 'status', 'accountId', 'billingDay', 'merchant', 'currency', 'grossMinor', 'vatMinor',
    'lines.lineId', 'lines.visitId', 'lines.operatorId', 'lines.garageId', 'lines.visitDay', 'lines.grossMinor',
    'lines.vatMinor',
  ],
  openRows: (ids) => rowsOf('Charge', ids, (c) =>
    `[${text(c.chargeId)},${c.revision},${text(c.status)},${text(c.accountId)},${day(c.billingDay)},` +
    `${text(c.merchant)},${text(c.currency)},${c.grossMinor},${c.vatMinor},` +
    `${texts(c.lines.map((line) => line.lineId))},${texts(c.lines.map((line) => line.visitId))},` +
    `${texts(c.lines.map((line) => line.operatorId))},${texts(c.lines.map((line) => line.garageId))},` +
    `[${c.lines.map((line) => day(line.visitDay)).join(',')}],[${c.lines.map((line) => line.grossMinor).join(',')}],` +
    `[${c.lines.map((line) => line.vatMinor).join(',')}]]`),
};

const dispositionsTable: WarehouseTable = {
  table: 'dispositions',
  columns: [
    'visitId', 'revision', 'status', 'disposition', 'reason', 'operatorId', 'garageId', 'firstSeenAt', 'enteredAt', 'exitedAt',
    'accountId', 'permitId', 'permitKind', 'grossMinor', 'vatMinor', 'paidMinor', 'currency', 'tariffVersion', 'payableUntil',
  ],
  openRows: (ids) => rowsOf('Disposition', ids, (d) =>
    `[${text(d.visitId)},${d.revision},${text(d.status)},${text(d.disposition)},${text(d.reason)},${text(d.operatorId)},` +
    `${text(d.garageId)},${instant(d.firstSeenAt)},${instantOrNull(d.enteredAt)},${instantOrNull(d.exitedAt)},` +
    `${text(d.accountId)},${text(d.permitId)},${text(d.permitKind)},${d.grossMinor},${d.vatMinor},${d.paidMinor},` +
    `${text(d.currency)},${text(d.tariffVersion)},${instantOrNull(d.payableUntil)}]`),
};

const documentsTable: WarehouseTable = {
  table: 'documents',
  columns: [
    'documentId', 'revision', 'kind', 'operatorId', 'series', 'number', 'accountId', 'chargeId', 'invoiceId', 'billingDay', 'issuedDay',
    'dueDay', 'currency', 'grossMinor', 'vatMinor', 'originalSaleId', 'originalNumber', 'kid', 'ownerRef', 'at', 'lines.lineId',
    'lines.visitId', 'lines.garageId', 'lines.visitDay', 'lines.grossMinor', 'lines.vatMinor', 'lines.what',
  ],
  openRows: (ids) => rowsOf('SalesDocument', ids, (d) =>
    `[${text(d.documentId)},${d.revision},${text(d.kind)},${text(d.operatorId)},${text(d.series)},${d.number},${text(d.accountId)},` +
    `${text(d.chargeId)},${text(d.invoiceId)},${day(d.billingDay)},${day(d.issuedDay)},${d.dueDay === '' ? 'null' : day(d.dueDay)},` +
    `${text(d.currency)},${d.grossMinor},${d.vatMinor},${text(d.originalSaleId)},${d.originalNumber},${text(d.kid)},` +
    `${text(d.ownerRef)},${instant(d.at)},${texts(d.lines.map((line) => line.lineId))},` +
    `${texts(d.lines.map((line) => line.visitId))},${texts(d.lines.map((line) => line.garageId))},` +
    `[${d.lines.map((line) => day(line.visitDay)).join(',')}],[${d.lines.map((line) => line.grossMinor).join(',')}],` +
    `[${d.lines.map((line) => line.vatMinor).join(',')}],${texts(d.lines.map((line) => line.what))}]`),
};

/** Table of each topic that the warehouse takes in. Their partition counts are equal, so one group shares them out. */
export const tableOfTopic: ReadonlyMap<string, WarehouseTable> = new Map([
  [topics.visits.name, visitsTable],
  [topics.irregularities.name, irregularitiesTable],
  [topics.charges.name, chargesTable],
  [topics.dispositions.name, dispositionsTable],
  [topics.documents.name, documentsTable],
]);

function rowsOf<N extends SchemaName>(
  schema: N,
  ids: SchemaIds,
  toRow: (record: RecordOf[N]) => string,
): (bytes: Buffer) => string {
  const codec = openCodec(schema, ids);
  return (bytes) => toRow(codec.decode(bytes));
}
