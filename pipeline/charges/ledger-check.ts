import type { ClickHouseClient } from '@clickhouse/client';

/** What is wrong with an entry of the ledger, or a line of a charge. */
export interface LedgerFault {
  readonly fault: string;
  readonly entryId: string;
  readonly ownerId: string;
}

/**
 * The proof that every line is owned by exactly one of open charge, captured charge, invoice, waived: it gives a row
 * for each entry of the ledger whose owner does not have it, or has it with another sum, for each line of a charge that
 * is not that charge's in the ledger, and for each invoice whose entries do not sum to its document less its credit
 * notes. None when all is well, and the warehouse has taken in what the topics hold.
 */
const LEDGER_CHECK = `
  WITH
    held AS
    (
      SELECT chargeId, charge.status AS chargeStatus, entryId, grossMinor
      FROM
      (
        SELECT chargeId, status, \`lines.entryId\` AS entryIds, \`lines.grossMinor\` AS grossMinors FROM charges FINAL
      ) AS charge
      ARRAY JOIN entryIds AS entryId, grossMinors AS grossMinor
      WHERE entryId != '' AND chargeStatus NOT IN ('invoiced', 'waived')
    ),
    owned AS
    (
      SELECT entryId, owner, ownerId, grossMinor FROM ledger_current WHERE owner IN ('open', 'captured') AND ownerId != ''
    ),
    invoiced AS (SELECT ownerId, sum(grossMinor) AS minor FROM ledger_current WHERE owner = 'invoice' GROUP BY ownerId),
    sold AS (SELECT invoiceId, sum(grossMinor) AS minor FROM documents FINAL WHERE invoiceId != '' GROUP BY invoiceId)
  SELECT * FROM
  (
    SELECT 'its charge does not hold it' AS fault, owned.entryId AS entryId, owned.ownerId AS ownerId
    FROM owned LEFT JOIN held ON held.entryId = owned.entryId AND held.chargeId = owned.ownerId
    WHERE held.entryId = '' OR held.grossMinor != owned.grossMinor
      OR (held.chargeStatus = 'charged') != (owned.owner = 'captured')
    UNION ALL
    SELECT 'a charge holds what is not its own' AS fault, held.entryId AS entryId, held.chargeId AS ownerId
    FROM held LEFT JOIN owned ON held.entryId = owned.entryId AND held.chargeId = owned.ownerId
    WHERE owned.entryId = ''
    UNION ALL
    SELECT 'an invoice is not the sum of its entries' AS fault, '' AS entryId, sold.invoiceId AS ownerId
    FROM sold LEFT JOIN invoiced ON invoiced.ownerId = sold.invoiceId
    WHERE sold.minor != invoiced.minor
  )
  ORDER BY fault, entryId`;

/** Runs the proof. */
export async function checkLedger(client: ClickHouseClient): Promise<LedgerFault[]> {
  return (await client.query({ query: LEDGER_CHECK, format: 'JSONEachRow' })).json<LedgerFault>();
}
