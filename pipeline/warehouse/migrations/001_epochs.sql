-- Which filling of the warehouse is the present one. A rebuild reads the topics from their start under a new epoch:
-- its name stands in every deduplication token and in the consumer group, so nothing of the former one holds it back.
CREATE TABLE IF NOT EXISTS warehouse_epochs
(
    epoch     String COMMENT 'part of deduplication tokens and of the consumer group''s name',
    startedAt DateTime64(3, 'UTC') COMMENT 'the newest is the present one',
    reason    LowCardinality(String) COMMENT 'first start or rebuild'
)
ENGINE = MergeTree
ORDER BY startedAt
SETTINGS fsync_after_insert = 1
COMMENT 'Fillings of the warehouse from the topics';
