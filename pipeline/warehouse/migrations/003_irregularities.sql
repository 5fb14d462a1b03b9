-- Irregularities, revision by revision, as parking.irregularities tells them. The time may be corrected by a later
-- revision, so it stands in neither the partition nor the sorting key.
CREATE TABLE IF NOT EXISTS irregularities
(
    irregularityId String COMMENT 'from type and subjects',
    revision       Int32 COMMENT 'from 1, raised by each change; only the highest counts',
    status         LowCardinality(String) COMMENT 'open, resolved or withdrawn',
    type           LowCardinality(String) COMMENT 'double_entry, exit_without_entry, missed_exit, late_arrival, ...',
    operatorId     LowCardinality(String) COMMENT 'the company that sells the parking',
    garageId       LowCardinality(String) COMMENT 'where',
    at             DateTime64(3, 'UTC') COMMENT 'when',
    cameraId       LowCardinality(Nullable(String)) COMMENT 'null when it is not about one camera',
    readIds        Array(String) COMMENT 'reads that it is about',
    visitIds       Array(String) COMMENT 'visits that it is about',
    severity       LowCardinality(String) COMMENT 'info, warning or error',
    action         String COMMENT 'what the system did about it'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (garageId, irregularityId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Revisions of irregularities; replaced ones vanish when parts merge, so read irregularities_current';

-- Each irregularity once: its newest revision, unless that one withdraws it.
CREATE OR REPLACE VIEW irregularities_current
AS SELECT * FROM irregularities FINAL
WHERE status != 'withdrawn'
COMMENT 'Each irregularity once, by its newest revision, without withdrawn ones';
