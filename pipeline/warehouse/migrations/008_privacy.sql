-- Who was shown whose personal data, as parking.access-log tells it. It outlives the topic, so that a person can ask for it later;
-- it tells of the staff who looked, so it ends too.
CREATE TABLE IF NOT EXISTS access_log
(
    entryId         String COMMENT 'one look',
    at              DateTime64(3, 'UTC') COMMENT 'before anything was shown',
    actor           String COMMENT 'key:<keyId> or user:<name>',
    actorName       String COMMENT 'of a key: whose it is',
    view            LowCardinality(String) COMMENT 'what was shown',
    reason          String COMMENT 'why, in the words of who looked; empty: the view says it',
    garageId        LowCardinality(String) COMMENT 'empty: not of one garage',
    `subjects.kind` Array(LowCardinality(String)) COMMENT 'one element of each subjects column per subject: visit, account, document or camera',
    `subjects.id`   Array(String) COMMENT 'its id, never a plate',
    requestId       String COMMENT 'of an HTTP request'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (at, entryId)
TTL toDate(at) + INTERVAL 2 YEAR
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Looks at personal data';

-- Accounting data is kept for five years after the end of its year (Norwegian Bookkeeping Act, section 13), then no longer, as documents are.
ALTER TABLE charges MODIFY TTL toStartOfYear(billingDay) + INTERVAL 6 YEAR;
ALTER TABLE ledger MODIFY TTL toStartOfYear(visitDay) + INTERVAL 6 YEAR;
ALTER TABLE bank_payments MODIFY TTL toStartOfYear(bookedOn) + INTERVAL 6 YEAR;
ALTER TABLE dispositions MODIFY TTL toStartOfYear(toDate(firstSeenAt)) + INTERVAL 6 YEAR;
