import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Book, Order } from './book.ts';
import { testCards } from './test-cards.ts';

/** The hosted page of a Verify: where a real gateway has one enter a card, this one has one choose a test card. */
export function verifyPages(app: FastifyInstance, book: Book): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))));

  app.get('/', async (_request, reply) => reply.type('text/html').send(welcome));

  app.get<{ Params: { uuid: string } }>('/pages/psp/paymentorders/:uuid', async (request, reply) => {
    const order = waiting(request.params.uuid);
    if (order === undefined) return reply.code(404).type('text/plain').send('There is no card to be entered here.\n');
    return reply.type('text/html').send(page(order));
  });

  app.post<{
    Params: { uuid: string };
    Body: { card?: string; expiry?: string };
  }>('/pages/psp/paymentorders/:uuid', async (request, reply) => {
    const order = waiting(request.params.uuid);
    const { card, expiry = '' } = request.body;
    if (order === undefined) return reply.code(404).type('text/plain').send('There is no card to be entered here.\n');
    if (card === 'none') {
      book.put({ ...order, status: 'Aborted' });
      return reply.redirect(order.cancelUrl, 303);
    }
    const month = /^(\d{4})-(\d{2})$/.exec(expiry);
    if (month === null || !testCards.some(({ kind }) => kind === card)) {
      return reply.code(400).type('text/html').send(page(order));
    }
    const token = `${card}-${randomUUID().slice(0, 8)}`;
    book.put({ ...order, status: 'Paid', token, expiryDate: `${month[2]}/${month[1]}` });
    return reply.redirect(order.completeUrl, 303);
  });

  function waiting(uuid: string): Order | undefined {
    const order = book.orders.get(`/psp/paymentorders/${uuid}`);
    return order?.operation === 'Verify' && order.status === 'Initialized' ? order : undefined;
  }
}

const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Local payment gateway</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}
label,button{display:block;margin-top:1rem}select,input,button{font:inherit;max-width:100%}</style>
<h1>Local payment gateway</h1>`;

/** For who follows the link that `npm start` prints. */
const welcome = `${head}<p>For development. A driver's card is entered at the address that
<code>POST /v1/account/card-registration</code> of the accounts API gives. There is a card that</p>
<ul>${testCards.map(({ title }) => `<li>${title}</li>`).join('')}</ul></html>`;

function page({ id }: Order): string {
  const options = testCards.map(({ kind, title }) => `<option value="${kind}">a card that ${title}</option>`).join('');
  return `${head}<p>For development: choose a test card. Nothing is charged (0.00).</p>
<form method="post" action="/pages${id}">
<label>Card <select name="card">${options}</select></label>
<label>Expires <input type="month" name="expiry" value="2099-12" required></label>
<button>Register the card</button><button name="card" value="none" formnovalidate>Cancel</button>
</form></html>`;
}
