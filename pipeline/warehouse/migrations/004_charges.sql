-- Charges with the lines that they sum, revision by revision, as parking.charges tells them. The charge's id is made
-- from account, billing day, merchant and currency, so these never change. A charge and its lines are one row:
-- what is seen of a charge is seen with all its lines.
CREATE TABLE IF NOT EXISTS charges
(
    chargeId           String COMMENT 'from account, billing day, merchant and currency',
    revision           Int32 COMMENT 'from 1, raised by each change; only the highest counts',
    status             LowCardinality(String) COMMENT 'pending, charged or failed',
    accountId          String COMMENT 'who pays',
    billingDay         Date COMMENT 'in the service''s zone',
    merchant           LowCardinality(String) COMMENT 'who is paid',
    currency           LowCardinality(String) COMMENT 'ISO 4217',
    grossMinor         Int64 COMMENT 'VAT included, minor units',
    vatMinor           Int64 COMMENT 'minor units',
    `lines.lineId`     Array(String) COMMENT 'one element of each lines column per line',
    `lines.visitId`    Array(String) COMMENT 'the visit that the line prices',
    `lines.operatorId` Array(LowCardinality(String)) COMMENT 'the company that sold the parking',
    `lines.garageId`   Array(LowCardinality(String)) COMMENT 'where',
    `lines.visitDay`   Array(Date) COMMENT 'day of the exit in the service''s zone',
    `lines.grossMinor` Array(Int64) COMMENT 'what this charge takes for the line; negative when it was lowered later',
    `lines.vatMinor`   Array(Int64) COMMENT 'VAT within it'
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYYYYMM(billingDay)
ORDER BY (accountId, billingDay, chargeId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Revisions of charges; replaced ones vanish when parts merge, so read charges_current';

-- Each charge once: its newest revision.
CREATE OR REPLACE VIEW charges_current
AS SELECT * FROM charges FINAL
COMMENT 'Each charge once, by its newest revision';

-- Each line of each charge once. A visit that was corrected after it was charged has a line in a later charge too:
-- sum grossMinor, do not count rows.
CREATE OR REPLACE VIEW charge_lines_current
AS SELECT
    lineId, visitId, operatorId, garageId, visitDay, grossMinor, vatMinor,
    chargeId, charge.status AS status, accountId, billingDay, merchant, currency
FROM
(
    SELECT
        chargeId, status, accountId, billingDay, merchant, currency,
        `lines.lineId` AS lineIds, `lines.visitId` AS visitIds, `lines.operatorId` AS operatorIds,
        `lines.garageId` AS garageIds, `lines.visitDay` AS visitDays, `lines.grossMinor` AS grossMinors,
        `lines.vatMinor` AS vatMinors
    FROM charges FINAL
) AS charge
ARRAY JOIN
    lineIds AS lineId, visitIds AS visitId, operatorIds AS operatorId, garageIds AS garageId,
    visitDays AS visitDay, grossMinors AS grossMinor, vatMinors AS vatMinor
COMMENT 'Each line of each charge''s newest revision';
