-- What charges have learnt to tell since they are collected.
ALTER TABLE charges
    ADD COLUMN IF NOT EXISTS `lines.entryId` Array(String) COMMENT 'of the ledger',
    ADD COLUMN IF NOT EXISTS `history.status` Array(LowCardinality(String)) COMMENT 'one element of each history column per event, oldest first',
    ADD COLUMN IF NOT EXISTS `history.at` Array(DateTime64(3, 'UTC')) COMMENT 'when',
    ADD COLUMN IF NOT EXISTS `history.code` Array(String) COMMENT 'why: requested, a gateway''s code, no_card, revised, given_up, waived',
    ADD COLUMN IF NOT EXISTS `history.attempt` Array(Int32) COMMENT 'the attempt concerned; 0: none',
    ADD COLUMN IF NOT EXISTS `allocations.operatorId` Array(LowCardinality(String)) COMMENT 'one element of each allocations column per operator',
    ADD COLUMN IF NOT EXISTS `allocations.grossMinor` Array(Int64) COMMENT 'what is that operator''s of the charge',
    ADD COLUMN IF NOT EXISTS `allocations.vatMinor` Array(Int64) COMMENT 'VAT within it',
    ADD COLUMN IF NOT EXISTS nextAttemptDay Nullable(Date) COMMENT 'tried again at the first day close on or after it',
    ADD COLUMN IF NOT EXISTS attempts Int32 COMMENT 'attempts made so far',
    MODIFY COLUMN status LowCardinality(String) COMMENT 'pending, charged, failed, invoiced or waived';

CREATE OR REPLACE VIEW charges_current
AS SELECT * FROM charges FINAL
COMMENT 'Each charge once, by its newest revision';

-- What is each operator's of each charge, with the day on which it was charged: a daily settlement is the sum of these.
CREATE OR REPLACE VIEW settled_allocations
AS SELECT
    chargeId, accountId, billingDay, merchant, currency, operatorId, grossMinor, vatMinor,
    arrayElement(history.at, indexOf(history.status, 'charged')) AS chargedAt
FROM
(
    SELECT
        chargeId, accountId, billingDay, merchant, currency, `history.status`, `history.at`,
        `allocations.operatorId` AS operatorIds, `allocations.grossMinor` AS grossMinors, `allocations.vatMinor` AS vatMinors
    FROM charges FINAL
    WHERE status = 'charged'
) AS charge
ARRAY JOIN operatorIds AS operatorId, grossMinors AS grossMinor, vatMinors AS vatMinor
COMMENT 'Each operator''s share of each charge that was charged';

-- Who owns each line, and each correction of one, revision by revision. Nothing of it stays fixed but its ids, so the table
-- is in one part by time.
CREATE TABLE IF NOT EXISTS ledger
(
    entryId    String COMMENT 'the lineId, or lineId~n for a correction',
    revision   Int32 COMMENT 'from 1, raised by each change; only the highest counts',
    lineId     String COMMENT 'a priced visit of an account, or fee-<invoiceId>',
    accountId  String COMMENT 'who pays',
    operatorId LowCardinality(String) COMMENT 'the company that sold the parking',
    visitId    String COMMENT 'empty for an invoice fee',
    garageId   LowCardinality(String) COMMENT 'where; empty for an invoice fee',
    visitDay   Date COMMENT 'day of the exit in the service''s zone',
    currency   LowCardinality(String) COMMENT 'ISO 4217',
    grossMinor Int64 COMMENT 'VAT included, minor units; below zero for what is given back',
    vatMinor   Int64 COMMENT 'VAT within it',
    owner      LowCardinality(String) COMMENT 'open, captured, invoice or waived',
    ownerId    String COMMENT 'chargeId or invoiceId; empty while there is none',
    status     LowCardinality(String) COMMENT 'what the driver sees: pending, charged or failed',
    at         DateTime64(3, 'UTC') COMMENT 'when it came to this'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (accountId, lineId, entryId)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Revisions of ledger entries; replaced ones vanish when parts merge, so read ledger_current';

-- Each entry once. The sum over a line's entries is what the line is worth.
CREATE OR REPLACE VIEW ledger_current
AS SELECT * FROM ledger FINAL
COMMENT 'Each ledger entry once, by its newest revision';

-- What became of each payment that came into the bank.
CREATE TABLE IF NOT EXISTS bank_payments
(
    reference    String COMMENT 'the bank''s; counts once',
    kid          String COMMENT 'as the payer wrote it',
    amountMinor  Int64 COMMENT 'minor units; 0 when an invoice was lowered below what was paid',
    currency     LowCardinality(String) COMMENT 'ISO 4217',
    bookedOn     Date COMMENT 'by the bank',
    fate         LowCardinality(String) COMMENT 'paid, underpaid, overpaid, paid_twice, unknown_kid, bad_check_digit or other_currency',
    accountId    String COMMENT 'whose invoice; empty: nobody''s',
    invoiceId    String COMMENT 'which; empty: none',
    matchedMinor Int64 COMMENT 'what the invoice took of it',
    surplusMinor Int64 COMMENT 'what is to be paid back, or matched by hand',
    at           DateTime64(3, 'UTC') COMMENT 'when it came in here'
)
ENGINE = ReplacingMergeTree
ORDER BY (reference, invoiceId, at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Payments for invoices as the bank''s files tell of them, each with its fate';
