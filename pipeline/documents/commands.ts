import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { openAccessLog, thisUser } from '../privacy/access-log.ts';
import type { SalesDocument } from '../records/records.ts';
import { requireDay } from '../service/days.ts';
import { openLogger } from '../service/logging.ts';
import { withLog } from '../service/with-log.ts';
import { withClickHouse } from '../warehouse/clickhouse.ts';
import { openDocumentsQuery, type DocumentsQuery } from './documents-query.ts';
import { balancesOf, csvLines, decimal, postingsOf } from './journal.ts';
import { requestMail } from './mail-request.ts';
import { followParties } from './parties.ts';
import { renderPdf } from './pdf/render.ts';
import { DOCUMENT_KINDS } from './rules.ts';
import { languageOf, viewsOf } from './views.ts';

/** Beyond that a list tells nobody anything. */
const LISTED_MAX = 100_000;

export interface ListOptions {
  readonly operator?: string;
  readonly day?: string;
  readonly account?: string;
  readonly kind?: string;
  readonly number?: string;
  readonly limit: string;
}

/** `bomfri documents list`: numbers, kinds, days, sums; no names. */
export function list({ operator, day, account, kind, number, limit }: ListOptions): Promise<void> {
  if (day !== undefined) requireDay(day);
  if (kind !== undefined && !DOCUMENT_KINDS.includes(kind)) {
    throw new Error(`--kind is '${kind}', but must be one of ${DOCUMENT_KINDS.join(', ')}`);
  }
  return withQuery(async (query) => {
    const documents = await query.find({
      ...(operator !== undefined && { operatorId: operator }), ...(day !== undefined && { issuedDay: day }),
      ...(account !== undefined && { accountId: account }), ...(kind !== undefined && { kind }),
      ...(number !== undefined && { number: wholeNumber('--number', number) }),
    }, Math.min(wholeNumber('--limit', limit), LISTED_MAX));
    for (const document of documents) {
      const { operatorId, issuedDay, currency, grossMinor, originalNumber, documentId } = document;
      const original = originalNumber === 0 ? '' : `  of ${originalNumber}`;
      const sum = `${currency} ${decimal(grossMinor)}`;
      console.log(
        `${operatorId}  ${document.number}  ${document.kind}  ${issuedDay}  ${sum}  ${documentId}${original}`,
      );
    }
    console.log(`documents: ${documents.length}`);
  });
}

/** `bomfri documents gaps`: whether each series is complete. @throws when one is not, so that the command fails */
export function gaps({ operator }: { readonly operator?: string }): Promise<void> {
  return withQuery(async (query) => {
    const counted = await query.series(operator);
    if (operator !== undefined && counted.length === 0) throw new Error(`operator '${operator}' has no documents`);
    for (const { operatorId, series, documents, lowest, highest, repeated, gaps: missing } of counted) {
      console.log(`${operatorId}  ${series}  ${documents} documents, numbers ${lowest} to ${highest}`);
      for (const { from, to } of missing) console.log(`  MISSING ${from === to ? from : `${from} to ${to}`}`);
      if (repeated > 0) console.log(`  ${repeated} NUMBERS STAND TWICE`);
    }
    const incomplete = counted.filter((each) => each.gaps.length > 0 || each.repeated > 0);
    if (incomplete.length > 0) throw new Error(`${incomplete.length} of ${counted.length} series are not complete`);
    console.log(`series: ${counted.length}, all complete`);
  });
}

/** `bomfri documents resend`: mails documents once more to whom they are for; they keep their numbers. */
export function resend(
  documentIds: readonly string[], { language = '' }: { readonly language?: string },
): Promise<void> {
  return withLog(({ log, ids }) => withQuery(async (query) => {
    const documents = await query.find({ documentIds });
    requireAll(documentIds, documents);
    for (const { documentId, accountId, kind, number, operatorId } of documents) {
      const mailId = randomUUID();
      await requestMail(log, ids, {
        mailId, accountId, documentIds: [documentId], language,
        requestedAt: Date.now(), to: 'addressee', requestedBy: 'cli',
      });
      console.log(`${kind} ${number} of ${operatorId} will be mailed by the mailer (${mailId})`);
    }
  }));
}

/** `bomfri documents pdf`: as the mailer would attach them. */
export function pdf(
  documentIds: readonly string[], { out, language = '' }: { readonly out: string; readonly language?: string },
): Promise<void> {
  return withLog(({ log, ids, config }) => withQuery(async (query) => {
    const parties = await followParties({ log, ids, logger: openLogger('cli', 'warn') });
    try {
      const documents = await query.find({ documentIds });
      requireAll(documentIds, documents);
      await openAccessLog(log, ids)({
        actor: thisUser(), view: 'documents_pdf',
        subjects: documents.flatMap(({ documentId, accountId }) => [
          { kind: 'document', id: documentId }, { kind: 'account', id: accountId },
        ]),
      });
      const views = await viewsOf(documents, parties, query);
      await writeFile(out, await renderPdf(views, languageOf(language, views), config.serviceZone));
      console.log(`${out}: ${documents.length} documents`);
    } finally {
      await parties.close();
    }
  }));
}

/** `bomfri journal DAY`: the postings of the documents of a day, as CSV; what it comes to goes to stderr. */
export function journal(day: string, { operator }: { readonly operator?: string }): Promise<void> {
  requireDay(day);
  return withQuery(async (query) => {
    const documents = await query.find({ issuedDay: day, ...(operator !== undefined && { operatorId: operator }) });
    const postings = postingsOf(documents);
    const balances = balancesOf(postings);
    for (const line of csvLines(postings)) console.log(line);
    console.error(`${day}: ${documents.length} documents, ${postings.length} postings`);
    for (const { currency, debitMinor, creditMinor } of balances) {
      console.error(`${currency}: debit ${decimal(debitMinor)}, credit ${decimal(creditMinor)}`);
    }
  });
}

/** @throws naming those that were not found: some alone would pass for all */
export function requireAll(asked: readonly string[], found: readonly Pick<SalesDocument, 'documentId'>[]): void {
  const known = new Set(found.map(({ documentId }) => documentId));
  const unknown = asked.filter((documentId) => !known.has(documentId));
  if (unknown.length > 0) throw new Error(`there is no document ${unknown.join(', ')}: nothing was done`);
}

function withQuery(work: (query: DocumentsQuery) => Promise<void>): Promise<void> {
  return withClickHouse((client) => work(openDocumentsQuery(client)));
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new Error(`${option} is '${text}', but must be a whole number from 1`);
  return Number(text);
}
