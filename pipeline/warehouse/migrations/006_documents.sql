-- Sales documents with their lines, as parking.documents tells them. They are never changed, but the rules are those of
-- all tables. The number stands in the sorting key beside the document's id: should a number ever come twice, both are seen.
-- Kept for five years after the end of their year (Norwegian Bookkeeping Act, section 13).
CREATE TABLE IF NOT EXISTS documents
(
    documentId         String COMMENT 'from the charge, invoice or credit and the operator',
    revision           Int32 COMMENT 'only the highest counts',
    kind               LowCardinality(String) COMMENT 'receipt, invoice or credit_note',
    operatorId         LowCardinality(String) COMMENT 'who sells',
    series             LowCardinality(String) COMMENT 'within which numbers have no gaps',
    number             Int64 COMMENT 'from 1 without gaps in the operator''s series',
    accountId          String COMMENT 'whose visits these are',
    chargeId           String COMMENT 'of a receipt: the payment',
    invoiceId          String COMMENT 'of an invoice',
    billingDay         Date COMMENT 'in the service''s zone',
    issuedDay          Date COMMENT 'date of the document',
    dueDay             Nullable(Date) COMMENT 'of an invoice',
    currency           LowCardinality(String) COMMENT 'ISO 4217',
    grossMinor         Int64 COMMENT 'VAT included, minor units; below zero for a credit note',
    vatMinor           Int64 COMMENT 'VAT within it, counted once a rate',
    originalSaleId     String COMMENT 'of a credit note: the document that it corrects',
    originalNumber     Int64 COMMENT 'the number of that one',
    kid                String COMMENT 'of an invoice: the payment reference',
    ownerRef           String COMMENT 'of an invoice: which registered owner gets it; empty: the account''s holder',
    at                 DateTime64(3, 'UTC') COMMENT 'of the sale',
    `lines.lineId`     Array(String) COMMENT 'one element of each lines column per line',
    `lines.visitId`    Array(String) COMMENT 'empty for a fee',
    `lines.garageId`   Array(LowCardinality(String)) COMMENT 'where',
    `lines.visitDay`   Array(Date) COMMENT 'day of the exit in the service''s zone',
    `lines.grossMinor` Array(Int64) COMMENT 'VAT included',
    `lines.vatMinor`   Array(Int64) COMMENT 'its share of the document''s VAT',
    `lines.what`       Array(LowCardinality(String)) COMMENT 'parking, invoice_fee or correction',
    INDEX byDocument documentId TYPE bloom_filter GRANULARITY 4,
    INDEX byAccount accountId TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYear(issuedDay)
ORDER BY (operatorId, series, number, documentId)
TTL toStartOfYear(issuedDay) + INTERVAL 6 YEAR
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Sales documents; read documents_current';

-- Each document once.
CREATE OR REPLACE VIEW documents_current
AS SELECT * FROM documents FINAL
COMMENT 'Each sales document once';

-- Whether a series is complete: missing and repeated must be 0.
CREATE OR REPLACE VIEW document_series
AS SELECT
    operatorId, series, count() AS documents, min(number) AS lowest, max(number) AS highest,
    highest - lowest + 1 - uniqExact(number) AS missing, documents - uniqExact(number) AS repeated
FROM documents_current
GROUP BY operatorId, series
COMMENT 'Completeness of each operator''s numbers; documents beyond their years of keeping are not counted';
