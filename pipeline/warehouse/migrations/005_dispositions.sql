-- What became of each closed visit, revision by revision, as parking.dispositions tells it. Partition and sorting key
-- use what is fixed at the visit's first revision, the same as for visits, so that both join part by part.
CREATE TABLE IF NOT EXISTS dispositions
(
    visitId       String COMMENT 'the visit',
    revision      Int32 COMMENT 'from 1, raised by each change; only the highest counts',
    status        LowCardinality(String) COMMENT 'live, or withdrawn: the visit is not closed any more',
    disposition   LowCardinality(String) COMMENT 'account, free, permit, paid_elsewhere, awaiting_payment, invoice_due, review or uncollectable',
    reason        LowCardinality(String) COMMENT 'of review and uncollectable: why',
    operatorId    LowCardinality(String) COMMENT 'the company that sells the parking',
    garageId      LowCardinality(String) COMMENT 'where',
    firstSeenAt   DateTime64(3, 'UTC') COMMENT 'of the visit, never changes; partition and sorting key',
    enteredAt     Nullable(DateTime64(3, 'UTC')) COMMENT 'of the visit',
    exitedAt      Nullable(DateTime64(3, 'UTC')) COMMENT 'of the visit',
    accountId     String COMMENT 'of account: who pays',
    permitId      String COMMENT 'the permit that made it free or cheaper; empty: none',
    permitKind    LowCardinality(String) COMMENT 'the kind of that permit',
    grossMinor    Int64 COMMENT 'the price, VAT included, minor units',
    vatMinor      Int64 COMMENT 'VAT within it',
    paidMinor     Int64 COMMENT 'of the price, paid elsewhere',
    currency      LowCardinality(String) COMMENT 'ISO 4217; empty: nothing was priced',
    tariffVersion LowCardinality(String) COMMENT 'empty: there is none',
    payableUntil  Nullable(DateTime64(3, 'UTC')) COMMENT 'of awaiting_payment: then an invoice is due'
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYYYYMM(firstSeenAt)
ORDER BY (garageId, firstSeenAt, visitId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Revisions of dispositions; replaced ones vanish when parts merge, so read dispositions_current';

-- Each closed visit once, with what became of it.
CREATE OR REPLACE VIEW dispositions_current
AS SELECT * FROM dispositions FINAL
WHERE status != 'withdrawn'
COMMENT 'Each closed visit once, with what became of it: by disposition they sum to the closed ones of visits_current';
