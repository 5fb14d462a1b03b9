import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentsQuery } from '../documents/documents-query.ts';
import type { Language } from '../documents/document-view.ts';
import type { AccessQuery } from '../privacy/access-query.ts';
import type { PaymentLine, PaymentRow, PaymentsQuery } from '../documents/payments-query.ts';
import { asHolderSees, languageOf, viewsOf } from '../documents/views.ts';
import type { Parties } from '../documents/parties.ts';
import { renderPdf } from '../documents/pdf/render.ts';
import { sellerAt } from '../operators/seller-history.ts';
import type { MailRequest, SalesDocument } from '../records/records.ts';
import { sendProblem, type Problem } from '../service/problem.ts';
import { inForce } from './account-rules.ts';
import { bearerOf } from './bearer.ts';
import {
  DOCUMENTS_AT_ONCE_MAX, documentsSchema, mailSchema, paymentSchema, paymentsSchema, pdfSchema, visitsSchema,
} from './document-schemas.ts';
import type { Directory } from './directory.ts';
import { cursorIn, nextOf, type PageQuery } from './page-cursor.ts';
import { newId, requireAllowed } from './session-routes.ts';

/** Where drivers' payments and documents are known. */
export interface DriverDocuments {
  readonly query: DocumentsQuery & PaymentsQuery & AccessQuery;
  readonly parties: Parties;
  /** Resolves once the mail can't be lost any more. */
  requestMail(request: MailRequest): Promise<void>;
}

const LISTS_OF_ACCOUNT = { max: 120, timeWindow: '1 minute' };
/** Each takes the process up to a second. */
const PDFS_OF_ACCOUNT = { max: 30, timeWindow: '15 minutes' };
const MAILS_OF_ACCOUNT = { max: 20, timeWindow: '1 hour' };

/** A driver's own payments and documents: whose they are comes from the access token alone. */
export function documentRoutes(
  app: FastifyInstance, { query, parties, requestMail }: DriverDocuments, directory: Directory, zone: string,
): void {
  const known = asHolderSees(parties);
  const staysOf: DocumentsQuery['staysOf'] = (accountId, lines) => {
    const bindings = directory.account(accountId)?.bindings ?? [];
    return query.staysOf(accountId, lines, bindings.filter((binding) => inForce(binding, Date.now())));
  };
  const limited = (what: string, limit: { max: number; timeWindow: string }) => {
    const count = app.createRateLimit({
      ...limit,
      keyGenerator: (request) => `${what} of ${bearerOf(request).accountId}`,
    });
    return { preHandler: (request: FastifyRequest): Promise<void> => requireAllowed(count, request) };
  };
  const lists = limited('lists', LISTS_OF_ACCOUNT);

  app.get<{ Querystring: PageQuery }>('/v1/account/visits', { schema: visitsSchema, ...lists }, async (request) => {
    const { limit } = request.query;
    const cursor = cursorIn(request.query, 'day');
    const behind = cursor && { visitDay: cursor[0], lineId: cursor[1] };
    const visits = await query.newestVisits(bearerOf(request).accountId, limit, behind);
    const stays = await staysOf(bearerOf(request).accountId, visits);
    const last = visits.at(-1);
    return {
      visits: visits.map((visit) => ({
        ...visitView(visit), ...stayView(stays.get(visit.visitId)), currency: visit.currency, status: visit.status,
        paymentId: visit.chargeId, invoiceId: visit.invoiceId,
      })),
      next: nextOf('/v1/account/visits', limit, visits.length, last && [last.visitDay, last.lineId]),
    };
  });

  app.get<{ Querystring: PageQuery }>('/v1/account/payments', { schema: paymentsSchema, ...lists }, async (request) => {
    const { limit } = request.query;
    const cursor = cursorIn(request.query, 'day');
    const behind = cursor && { billingDay: cursor[0], chargeId: cursor[1] };
    const payments = await query.newestPayments(bearerOf(request).accountId, limit, behind);
    const last = payments.at(-1);
    return {
      payments: payments.map(paymentView),
      next: nextOf('/v1/account/payments', limit, payments.length, last && [last.billingDay, last.chargeId]),
    };
  });

  app.get<{ Params: { paymentId: string } }>('/v1/account/payments/:paymentId', {
    schema: paymentSchema, ...lists,
  }, async (request, reply) => {
    const { accountId } = bearerOf(request);
    const payment = await query.payment(accountId, request.params.paymentId);
    if (payment === null) return sendProblem(reply, NO_SUCH_PAYMENT);
    const [stays, documents] = await Promise.all([
      staysOf(accountId, payment.lines), query.find({ accountId, chargeIds: [payment.chargeId] }),
    ]);
    return {
      ...paymentView(payment),
      history: payment.history.map(({ status, at, code }) => ({ status, at: new Date(at).toISOString(), code })),
      visits: payment.lines.map((line) => ({ ...visitView(line), ...stayView(stays.get(line.visitId)) })),
      documents: documents.map(documentView),
    };
  });

  app.get<{ Querystring: PageQuery }>('/v1/account/documents', {
    schema: documentsSchema,
    ...lists,
  }, async (request) => {
    const { limit } = request.query;
    const cursor = cursorIn(request.query, 'instant');
    const behind = cursor && { at: cursor[0], documentId: cursor[1] };
    const documents = await query.newest(bearerOf(request).accountId, limit, behind);
    const last = documents.at(-1);
    return {
      documents: documents.map(documentView),
      next: nextOf('/v1/account/documents', limit, documents.length, last && [last.at, last.documentId]),
    };
  });

  app.get<{ Querystring: { documentId?: string[]; paymentId?: string[]; language?: Language } }>(
    '/v1/account/documents/pdf', { schema: pdfSchema, ...limited('PDFs', PDFS_OF_ACCOUNT) },
    async (request, reply) => {
      const { documentId, paymentId, language = '' } = request.query;
      const documents = await selected(request, documentId, paymentId);
      if ('status' in documents) return sendProblem(reply, documents);
      const views = await viewsOf(documents, known, { staysOf });
      const pdf = await renderPdf(views, languageOf(language, views), zone);
      return reply.type('application/pdf').header('content-disposition', `attachment; filename="${FILENAME}"`)
        .send(pdf);
    },
  );

  app.post<{ Body: { documentIds?: string[]; paymentIds?: string[]; language?: Language } }>(
    '/v1/account/documents/mail', { schema: mailSchema, ...limited('mails', MAILS_OF_ACCOUNT) },
    async (request, reply): Promise<FastifyReply> => {
      const { documentIds, paymentIds, language = '' } = request.body;
      const documents = await selected(request, documentIds, paymentIds);
      if ('status' in documents) return sendProblem(reply, documents);
      const mailId = newId();
      await requestMail({
        mailId, accountId: bearerOf(request).accountId,
        documentIds: documents.map(({ documentId }) => documentId), language,
        requestedAt: Date.now(), to: 'holder', requestedBy: 'driver',
      });
      return reply.code(202).send({ mailId });
    },
  );

  /** The asker's documents of these ids and payments, the oldest first; or why there is nothing to give. */
  async function selected(
    request: FastifyRequest, documentIds: readonly string[] = [], paymentIds: readonly string[] = [],
  ): Promise<SalesDocument[] | Problem> {
    const { accountId } = bearerOf(request);
    if (documentIds.length + paymentIds.length === 0) return NOTHING_SELECTED;
    const [byId, byPayment] = await Promise.all([
      documentIds.length === 0 ? [] : query.find({ documentIds, accountId }),
      paymentIds.length === 0 ? [] : query.find({ chargeIds: paymentIds, accountId }),
    ]);
    const isThere = new Set([
      ...byId.map(({ documentId }) => documentId), ...byPayment.map(({ chargeId }) => chargeId),
    ]);
    if (![...documentIds, ...paymentIds].every((id) => isThere.has(id))) return NO_SUCH_DOCUMENT;
    const documents = [...new Map([...byId, ...byPayment].map((document) => [document.documentId, document])).values()];
    return documents.length > DOCUMENTS_AT_ONCE_MAX
      ? TOO_MANY_DOCUMENTS
      : documents.sort((one, other) => one.at - other.at);
  }

  function visitView({ visitId, garageId, operatorId, visitDay, grossMinor, vatMinor }: PaymentLine): object {
    return {
      visitId, garageId, garage: known.garage(garageId)?.name ?? '', operatorId, visitDay, grossMinor, vatMinor,
    };
  }

  function documentView(document: SalesDocument): object {
    const { documentId, kind, number, operatorId, issuedDay, kid, currency, grossMinor, vatMinor } = document;
    return {
      documentId, kind, number, operatorId,
      seller: sellerAt(known.operator(operatorId), document.at)?.name ?? '', issuedDay,
      dueDay: document.dueDay || null, kid, currency, grossMinor, vatMinor, paymentId: document.chargeId,
      originalNumber: document.originalNumber || null,
    };
  }
}

const FILENAME = 'parking.pdf';

function paymentView({ chargeId, status, billingDay, currency, grossMinor, vatMinor }: PaymentRow): object {
  return { paymentId: chargeId, status, billingDay, currency, grossMinor, vatMinor };
}

function stayView(stay: { plate: string; enteredAt: number | null; exitedAt: number | null } | undefined): object {
  const time = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());
  return { plate: stay?.plate ?? '', enteredAt: time(stay?.enteredAt), exitedAt: time(stay?.exitedAt) };
}

const NO_SUCH_PAYMENT: Problem = { status: 404, title: 'No such payment', detail: 'The account has none of that id.' };
const NO_SUCH_DOCUMENT: Problem = {
  status: 404, title: 'No such document',
  detail: 'One of these is no document of the account, or no payment that has one.',
};
const NOTHING_SELECTED: Problem = { status: 400, title: 'Nothing selected', detail: 'Name documents or payments.' };
const TOO_MANY_DOCUMENTS: Problem = {
  status: 400, title: 'Too many documents',
  detail: `At most ${DOCUMENTS_AT_ONCE_MAX} documents at once: select fewer payments.`,
};
