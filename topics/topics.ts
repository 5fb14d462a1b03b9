/**
 * Every topic of Bomfri on one page. Partition counts, the assigner's tasks, what
 * `bomfri topics apply` creates and what it refuses all come from here.
 */

export interface Topic {
  readonly name: string;
  /** What the record key holds; "none" for records written to a named partition. */
  readonly key:
    | 'garageId' | 'accountId' | 'operatorId' | 'vehicle' | 'permitId' | 'keyId'
    | 'endpointId' | 'serial' | 'entryId' | 'none' | 'state';
  /** File in schemas/ without its ending; null for bytes that are no contract. */
  readonly schema: SchemaName | null;
  /** Topics of one group have equal partition counts: one task owns partition n of all of them. */
  readonly group: CoPartitionGroup;
  readonly cleanup: 'delete' | 'compact';
  /** Null: kept for good (compacted topics). */
  readonly retentionMs: number | null;
  /** Of a compacted topic with personal data: what was overwritten or erased is off the disk about that long after. */
  readonly goneAfterMs?: number;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

export type SchemaName =
  | 'CameraRead' | 'Visit' | 'Irregularity' | 'BillingRecord' | 'Charge'
  | 'Garage' | 'Account' | 'AccountDetails' | 'ApiKey' | 'Control'
  | 'ClockMove' | 'Occupancy' | 'PaymentRequest' | 'PaymentResult'
  | 'HeldEvent' | 'Sighting' | 'Permit' | 'ExternalPayment' | 'Disposition' | 'UnpaidVisit'
  | 'LedgerEntry' | 'Sale' | 'SalesDocument' | 'VehicleOwner' | 'BankPayment' | 'MatchedPayment'
  | 'Operator' | 'MailRequest' | 'MailResult' | 'WebhookEndpoint' | 'AccessLogEntry';

export type CoPartitionGroup = 'garage' | 'account' | 'operator' | 'vehicle' | 'camera' | 'table' | 'dead-letter';

const DAY_MS = 86_400_000;
/** Plates of nobody's garage yet: as long as an installer may take over a weekend, and no longer. */
export const HELD_FOR_MS = 4 * DAY_MS;

/** Sales documents: five years after the end of their year (Norwegian Bookkeeping Act, section 13). */
const DOCUMENTS_KEPT_MS = (6 * 366 + 1) * DAY_MS;

export const topics = {
  reads: {
    name: 'parking.reads', key: 'garageId', schema: 'CameraRead', group: 'garage',
    cleanup: 'delete', retentionMs: 7 * DAY_MS, writers: ['ingest', 'quarantine'], readers: ['visits', 'live', 'cli'],
  },
  quarantine: {
    name: 'parking.reads.quarantine', key: 'serial', schema: 'HeldEvent', group: 'camera',
    cleanup: 'delete', retentionMs: HELD_FOR_MS, writers: ['ingest'], readers: ['quarantine'],
  },
  quarantineState: {
    name: 'parking.reads.quarantine.state', key: 'state', schema: null, group: 'camera',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['quarantine'], readers: ['quarantine'],
  },
  visitsControl: {
    name: 'parking.visits.control', key: 'garageId', schema: 'Control', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli', 'live'], readers: ['visits', 'live', 'cli'],
  },
  visitsState: {
    name: 'parking.visits.state', key: 'state', schema: null, group: 'garage',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['visits'], readers: ['visits'],
  },
  visitsClock: {
    name: 'parking.visits.clock', key: 'garageId', schema: 'ClockMove', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['visits'], readers: ['pricing', 'live', 'cli'],
  },
  visits: {
    name: 'parking.visits', key: 'garageId', schema: 'Visit', group: 'garage',
    cleanup: 'delete', retentionMs: 90 * DAY_MS, writers: ['visits'],
    readers: ['pricing', 'sightings', 'warehouse', 'live', 'cli'],
  },
  irregularities: {
    name: 'parking.irregularities', key: 'garageId', schema: 'Irregularity', group: 'garage',
    cleanup: 'delete', retentionMs: 90 * DAY_MS,
    writers: ['visits', 'two-places'], readers: ['warehouse', 'live', 'cli'],
  },
  occupancy: {
    name: 'parking.occupancy', key: 'garageId', schema: 'Occupancy', group: 'garage',
    cleanup: 'delete', retentionMs: 90 * DAY_MS, writers: ['visits'], readers: ['warehouse', 'live'],
  },
  sightings: {
    name: 'parking.sightings', key: 'vehicle', schema: 'Sighting', group: 'vehicle',
    cleanup: 'delete', retentionMs: 3 * DAY_MS, writers: ['sightings', 'visits'], readers: ['two-places'],
  },
  sightingsState: {
    name: 'parking.sightings.state', key: 'state', schema: null, group: 'garage',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['sightings'], readers: ['sightings'],
  },
  twoPlacesState: {
    name: 'parking.two-places.state', key: 'state', schema: null, group: 'vehicle',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['two-places'], readers: ['two-places'],
  },
  pricingControl: {
    name: 'parking.pricing.control', key: 'none', schema: 'Control', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli', 'accounts', 'privacy'], readers: ['pricing'],
  },
  pricingState: {
    name: 'parking.pricing.state', key: 'state', schema: null, group: 'garage',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['pricing'], readers: ['pricing'],
  },
  externalPayments: {
    name: 'parking.external-payments', key: 'garageId', schema: 'ExternalPayment', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli'], readers: ['pricing'],
  },
  dispositions: {
    name: 'parking.dispositions', key: 'garageId', schema: 'Disposition', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['pricing'], readers: ['warehouse', 'cli'],
  },
  unpaid: {
    name: 'parking.unpaid', key: 'garageId', schema: 'UnpaidVisit', group: 'garage',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['pricing'], readers: [],
  },
  billing: {
    name: 'parking.billing', key: 'accountId', schema: 'BillingRecord', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS,
    writers: ['pricing', 'closer'], readers: ['charges', 'webhooks', 'cli'],
  },
  chargesState: {
    name: 'parking.charges.state', key: 'state', schema: null, group: 'account',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['charges'], readers: ['charges'],
  },
  chargesOrder: {
    name: 'parking.charges.order', key: 'none', schema: null, group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'], readers: ['charges'],
  },
  charges: {
    name: 'parking.charges', key: 'accountId', schema: 'Charge', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'],
    readers: ['warehouse', 'live', 'webhooks', 'cli'],
  },
  chargesControl: {
    name: 'parking.charges.control', key: 'accountId', schema: 'Control', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli', 'accounts'], readers: ['charges'],
  },
  ledger: {
    name: 'parking.ledger', key: 'accountId', schema: 'LedgerEntry', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'], readers: ['warehouse'],
  },
  bankPayments: {
    name: 'parking.bank-payments', key: 'none', schema: 'BankPayment', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli'], readers: ['charges'],
  },
  matchedPayments: {
    name: 'parking.bank-payments.matched', key: 'accountId', schema: 'MatchedPayment', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'], readers: ['warehouse', 'cli'],
  },
  sales: {
    name: 'parking.sales', key: 'operatorId', schema: 'Sale', group: 'operator',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'], readers: ['documents'],
  },
  documents: {
    name: 'parking.documents', key: 'operatorId', schema: 'SalesDocument', group: 'operator',
    cleanup: 'delete', retentionMs: DOCUMENTS_KEPT_MS,
    writers: ['documents'], readers: ['mailer', 'warehouse', 'webhooks'],
  },
  documentsState: {
    name: 'parking.documents.state', key: 'state', schema: null, group: 'operator',
    cleanup: 'compact', retentionMs: null, writers: ['documents'], readers: ['documents'],
  },
  mailRequests: {
    name: 'parking.mail-requests', key: 'accountId', schema: 'MailRequest', group: 'operator',
    cleanup: 'delete', retentionMs: 90 * DAY_MS, writers: ['accounts', 'cli'], readers: ['mailer'],
  },
  mailerState: {
    name: 'parking.mailer.state', key: 'state', schema: null, group: 'operator',
    cleanup: 'compact', retentionMs: null, writers: ['mailer'], readers: ['mailer'],
  },
  mailResults: {
    name: 'parking.mail-results', key: 'accountId', schema: 'MailResult', group: 'operator',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['mailer'], readers: [],
  },
  paymentRequests: {
    name: 'parking.payment-requests', key: 'accountId', schema: 'PaymentRequest', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['charges'], readers: ['payments'],
  },
  paymentsState: {
    name: 'parking.payments.state', key: 'state', schema: null, group: 'account',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['payments'], readers: ['payments'],
  },
  paymentResults: {
    name: 'parking.payment-results', key: 'accountId', schema: 'PaymentResult', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['payments'], readers: ['charges', 'cli'],
  },
  garages: {
    name: 'parking.garages', key: 'garageId', schema: 'Garage', group: 'table',
    cleanup: 'compact', retentionMs: null, writers: ['cli'],
    readers: ['ingest', 'quarantine', 'visits', 'pricing', 'live', 'accounts', 'mailer', 'cli'],
  },
  accounts: {
    name: 'parking.accounts', key: 'accountId', schema: 'Account', group: 'table',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS,
    writers: ['accounts', 'cli'], readers: ['accounts', 'pricing', 'privacy'],
  },
  accountDetails: {
    name: 'parking.accounts.details', key: 'accountId', schema: 'AccountDetails', group: 'table',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS,
    writers: ['accounts'], readers: ['accounts', 'mailer', 'privacy'],
  },
  accountsControl: {
    name: 'parking.accounts.control', key: 'accountId', schema: 'Control', group: 'table',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli', 'charges', 'privacy'], readers: ['accounts'],
  },
  permits: {
    name: 'parking.permits', key: 'permitId', schema: 'Permit', group: 'table',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['cli', 'privacy'], readers: ['pricing'],
  },
  owners: {
    name: 'parking.owners', key: 'vehicle', schema: 'VehicleOwner', group: 'table',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS,
    writers: ['cli', 'privacy'], readers: ['pricing', 'mailer'],
  },
  operators: {
    name: 'parking.operators', key: 'operatorId', schema: 'Operator', group: 'table',
    cleanup: 'compact', retentionMs: null, writers: ['cli'], readers: ['accounts', 'mailer', 'cli'],
  },
  apiKeys: {
    name: 'parking.api-keys', key: 'keyId', schema: 'ApiKey', group: 'table',
    cleanup: 'compact', retentionMs: null, writers: ['cli'], readers: ['ingest', 'live'],
  },
  webhooks: {
    name: 'parking.webhooks', key: 'endpointId', schema: 'WebhookEndpoint', group: 'table',
    cleanup: 'compact', retentionMs: null, goneAfterMs: DAY_MS, writers: ['cli'], readers: ['webhooks', 'cli'],
  },
  webhooksControl: {
    name: 'parking.webhooks.control', key: 'none', schema: 'Control', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['cli'], readers: ['webhooks'],
  },
  webhooksState: {
    name: 'parking.webhooks.state', key: 'state', schema: null, group: 'account',
    cleanup: 'compact', retentionMs: null, writers: ['webhooks'], readers: ['webhooks', 'cli'],
  },
  accessLog: {
    name: 'parking.access-log', key: 'entryId', schema: 'AccessLogEntry', group: 'account',
    cleanup: 'delete', retentionMs: 400 * DAY_MS, writers: ['live', 'cli'], readers: ['warehouse'],
  },
  deadLetters: {
    name: 'parking.dead-letters', key: 'none', schema: null, group: 'dead-letter',
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    writers: [
      'quarantine', 'visits', 'sightings', 'two-places', 'pricing', 'charges',
      'warehouse', 'accounts', 'payments', 'documents', 'mailer', 'webhooks',
    ],
    readers: ['cli', 'live'],
  },
} as const satisfies Record<string, Topic>;

/** Partitions per co-partition group. Counts never change in place: growing is a new topic and a replay. */
export const partitionCounts: Record<CoPartitionGroup, number> = {
  garage: 4,
  account: 4,
  operator: 4,
  camera: 4,
  vehicle: 4,
  table: 1,
  'dead-letter': 1,
};

export const allTopics: readonly Topic[] = Object.values(topics);
