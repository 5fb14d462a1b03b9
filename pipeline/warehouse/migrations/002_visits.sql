-- Visits, revision by revision, as parking.visits tells them, under the same names as in schemas/Visit.avsc.
-- Rows replace each other only inside one partition and one sorting key, so both use nothing but what is fixed
-- at a visit's first revision. Deduplication drops a range that is inserted again under its token; it is off in
-- ClickHouse unless its window is set. The engine's own replacing by revision is the second line of defence.
CREATE TABLE IF NOT EXISTS visits
(
    visitId         String COMMENT 'minted once, never changes',
    revision        Int32 COMMENT 'from 1, raised by each change; only the highest counts',
    status          LowCardinality(String) COMMENT 'open, closed, unclosed, review or withdrawn',
    operatorId      LowCardinality(String) COMMENT 'the company that sells the parking',
    garageId        LowCardinality(String) COMMENT 'where',
    plate           String COMMENT 'personal data; empty for a vehicle without a plate',
    country         LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 of the plate, XX when unknown',
    plateRead       Bool COMMENT 'false when no plate was read',
    entryReadId     Nullable(String) COMMENT 'last read of the entry passage; null when the entry was missed',
    exitReadId      Nullable(String) COMMENT 'first read of the exit passage; null when there is none',
    firstSeenAt     DateTime64(3, 'UTC') COMMENT 'fixed at revision 1; partition and sorting key',
    enteredAt       Nullable(DateTime64(3, 'UTC')) COMMENT 'time of entryReadId',
    exitedAt        Nullable(DateTime64(3, 'UTC')) COMMENT 'time of exitReadId',
    matchConfidence Float32 COMMENT '0 to 1: how sure it is that entry and exit belong together',
    flags           Array(LowCardinality(String)) COMMENT 'types of the irregularities that concern it',
    rulesVersion    Int32 COMMENT 'version of the rules that made this revision'
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYYYYMM(firstSeenAt)
ORDER BY (garageId, firstSeenAt, visitId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Revisions of visits; replaced ones vanish when parts merge, so read visits_current';

-- Each visit once: its newest revision, unless that one withdraws it.
CREATE OR REPLACE VIEW visits_current
AS SELECT
    *,
    (toUnixTimestamp64Milli(exitedAt) - toUnixTimestamp64Milli(enteredAt)) / 60000 AS minutesParked
FROM visits FINAL
WHERE status != 'withdrawn'
COMMENT 'Each visit once, by its newest revision, not withdrawn; minutesParked is null while entry or exit is unknown';
