-- How many vehicles are likely inside, as parking.occupancy tells it: whenever that is more or fewer beyond the open visits than
-- was told before. Of two told at one instant (a recount settles at it) the later holds.
CREATE TABLE IF NOT EXISTS occupancy
(
    garageId   LowCardinality(String) COMMENT 'where',
    operatorId LowCardinality(String) COMMENT 'the company that sells the parking',
    at         DateTime64(3, 'UTC') COMMENT 'garage clock',
    inside     Float64 COMMENT 'expected number: open visits less those that left unread, and those that came in unread',
    openVisits Int32 COMMENT 'visits without an exit then',
    countedAt  Nullable(DateTime64(3, 'UTC')) COMMENT 'the last recount; null: none'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (garageId, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'How many vehicles are likely inside; between two rows who came and left counts, so ask likely_inside';

-- The number at an instant: SELECT * FROM likely_inside(at = '2026-09-01 12:00:00'). What was told last, and the visits that
-- began and ended since; of a garage of which nothing was told yet, its visits.
CREATE OR REPLACE VIEW likely_inside
AS SELECT
    garageId,
    greatest(0., any(told.inside)
        + countIf(enteredAt > toldAt AND enteredAt <= {at:DateTime64(3, 'UTC')})
        - countIf(exitedAt > toldAt AND exitedAt <= {at:DateTime64(3, 'UTC')})) AS inside
FROM
(
    SELECT garageId, enteredAt, exitedAt
    FROM visits_current
    WHERE status IN ('open', 'closed') AND enteredAt <= {at:DateTime64(3, 'UTC')}
) AS seen
FULL OUTER JOIN
(
    SELECT garageId, max(at) AS toldAt, argMax(inside, at) AS inside
    FROM occupancy FINAL
    WHERE at <= {at:DateTime64(3, 'UTC')}
    GROUP BY garageId
) AS told USING (garageId)
GROUP BY garageId
COMMENT 'How many vehicles are likely inside each garage at an instant, its parameter';
