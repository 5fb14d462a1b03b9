import { problemResponses } from '../service/openapi.ts';

/** JSON schemas of drivers' visits, payments and documents: what is not named here is not told. */

/** So many at once: a PDF of them takes about a second. */
export const DOCUMENTS_AT_ONCE_MAX = 50;

const TEXT = { type: 'string' };
const DAY = { type: 'string', format: 'date' };
const MINOR = { type: 'integer', description: 'minor units, VAT included; below zero: given back' };
const NULL_TIME = { type: ['string', 'null'], format: 'date-time' };
const STATUS = { ...TEXT, description: 'pending, charged, failed, invoiced or waived' };
const VAT = { type: 'integer', description: 'VAT within it' };

const exactly = (properties: Record<string, object>): object =>
  ({ type: 'object', required: Object.keys(properties), properties });
const listOf = (items: object): object => ({ type: 'array', items });
const ok = (description: string, schema: object): object =>
  ({ 200: { description, content: { 'application/json': { schema } } } });
const page = (name: string, items: object): object => exactly({
  [name]: listOf(items),
  next: { type: ['string', 'null'], description: 'address of the next page; null: there is none' },
});

const document = exactly({
  documentId: TEXT, kind: { ...TEXT, description: 'receipt, invoice or credit_note' }, number: { type: 'integer' },
  operatorId: TEXT, seller: TEXT, issuedDay: DAY, dueDay: { type: ['string', 'null'], format: 'date' }, kid: TEXT,
  currency: TEXT, grossMinor: MINOR, vatMinor: VAT,
  paymentId: { ...TEXT, description: 'empty: it belongs to no payment' },
  originalNumber: { type: ['integer', 'null'], description: 'of a credit note: the document that it corrects' },
});

const paymentFields = {
  paymentId: TEXT, status: STATUS, billingDay: DAY, currency: TEXT, grossMinor: MINOR, vatMinor: VAT,
};

const visitFields = {
  visitId: TEXT, garageId: TEXT, garage: { ...TEXT, description: 'its name' }, operatorId: TEXT, visitDay: DAY,
  enteredAt: NULL_TIME, exitedAt: NULL_TIME,
  plate: { ...TEXT, description: 'empty once it is erased' }, grossMinor: MINOR, vatMinor: VAT,
};

const history = listOf(exactly({
  status: STATUS, at: { type: 'string', format: 'date-time' },
  code: { ...TEXT, description: 'why; empty: no more is known' },
}));

const language = { type: 'string', enum: ['nb', 'en'], description: "default: the seller's" };
const ids = (description: string): object =>
  ({
    type: 'array',
    maxItems: DOCUMENTS_AT_ONCE_MAX,
    items: { type: 'string', minLength: 1, maxLength: 100 },
    description,
  });
const documentIds = ids('these documents');
const paymentIds = ids('all documents of these payments');
const pageQuery = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
    after: { type: 'string', maxLength: 400, description: 'from the `next` of a former page' },
  },
};

const problems = problemResponses({
  400: 'malformed: no such limit or cursor', 401: 'not logged in',
  404: 'the account has none of that id', 429: 'too many requests',
  503: 'another instance writes the accounts, or what would know the answer is away',
});

export const visitsSchema = {
  tags: ['documents'], summary: 'Visits and what became of their price, newest first', querystring: pageQuery,
  response: {
    ...ok('A page of them.', page('visits', exactly({
      ...visitFields, currency: TEXT, status: { ...TEXT, description: 'pending, charged, failed or waived' },
      paymentId: { ...TEXT, description: 'empty: in no payment yet, or on an invoice' },
      invoiceId: { ...TEXT, description: 'empty: on none' },
    }))),
    ...problems,
  },
};

export const paymentsSchema = {
  tags: ['documents'], summary: 'Payments, newest first', querystring: pageQuery,
  response: { ...ok('A page of them.', page('payments', exactly(paymentFields))), ...problems },
};

export const paymentSchema = {
  tags: ['documents'], summary: 'A payment with its visits and documents',
  params: { type: 'object', required: ['paymentId'], properties: { paymentId: { type: 'string', maxLength: 100 } } },
  response: {
    ...ok(
      'It.',
      exactly({ ...paymentFields, history, visits: listOf(exactly(visitFields)), documents: listOf(document) }),
    ),
    ...problems,
  },
};

export const documentsSchema = {
  tags: ['documents'], summary: 'Receipts, invoices and credit notes, newest first', querystring: pageQuery,
  response: { ...ok('A page of them.', page('documents', document)), ...problems },
};

export const looksSchema = {
  tags: ['documents'], summary: 'Who else was shown data of this account, its visits or its documents, newest first',
  querystring: pageQuery,
  response: {
    ...ok('A page of them.', page('looks', exactly({
      at: { type: 'string', format: 'date-time' },
      by: { ...TEXT, description: 'whose staff: the name of the API key, or the service' },
      view: {
        ...TEXT,
        description: 'what was shown: review_evidence, review_list, explain, documents_pdf or vehicle_visits',
      },
      garageId: { ...TEXT, description: 'empty: not of one garage' }, visitIds: listOf(TEXT), documentIds: listOf(TEXT),
    }))),
    ...problems,
  },
};

export const pdfSchema = {
  tags: ['documents'], summary: 'Selected documents, or those of selected payments, as one PDF',
  querystring: { type: 'object', properties: { documentId: documentIds, paymentId: paymentIds, language } },
  response: {
    200: { description: 'The PDF.', content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } } },
    ...problems,
  },
};

export const mailSchema = {
  tags: ['documents'],
  summary: "Have selected documents, or those of selected payments, mailed as one PDF to the account's e-mail address",
  body: { type: 'object', additionalProperties: false, properties: { documentIds, paymentIds, language } },
  response: {
    202: { description: 'It will be mailed.', content: { 'application/json': { schema: exactly({ mailId: TEXT }) } } },
    ...problems,
  },
};
