import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../documents/pdf/test-pdf.ts';
import { documentOf } from '../documents/rules.ts';
import { sale, saleLine, seller } from '../documents/test-documents.ts';
import type { AccountDetails, SalesDocument, VehicleOwner } from '../records/records.ts';
import { compose, NotThereYetError, type ComposeParts, type Message, type NoMessage } from './compose.ts';
import type { Mail } from './state.ts';

const holder = { accountId: 'account-1', name: 'Kari Ødegård', email: 'kari@example.org' } as AccountDetails;
const owner: VehicleOwner = {
  country: 'NO', plate: 'EL12345', ownerRef: 'owner-1', name: 'Ola Nordmann',
  address: 'Storgata 1\n2317 Hamar', email: 'ola@example.org',
};
const invoice = documentOf(
  sale({ saleId: 'inv', kind: 'invoice', dueDay: '2026-06-16', kid: '0000012', ownerRef: 'owner-1' }),
  7,
  0,
);
const receipts = [1, 2].map((number) =>
  documentOf(sale({ saleId: `r${number}`, lines: [saleLine(number)] }), number, 0));

interface World {
  readonly documents?: readonly SalesDocument[];
  readonly holder?: AccountDetails | undefined;
  readonly owner?: VehicleOwner | undefined;
}

function parts(world: World): ComposeParts {
  return {
    zone: 'Europe/Oslo',
    query: {
      find: async ({ documentIds, accountId }) =>
        (world.documents ?? [invoice, ...receipts]).filter((each) =>
          documentIds!.includes(each.documentId) && each.accountId === accountId),
      staysOf: async () => new Map(),
    },
    parties: {
      operator: (operatorId) => ({ operatorId, details: [seller] }),
      garage: () => undefined,
      holder: () => ('holder' in world ? world.holder : holder),
      owner: () => ('owner' in world ? world.owner : owner),
    },
  };
}

const mail = (change: Partial<Mail> = {}): Mail =>
  ({ mailId: 'inv.1', accountId: 'account-1', documentIds: ['inv'], language: '', to: 'addressee', ...change });
const message = async (of: Mail, world: World = {}): Promise<Message> => {
  const made = await compose(of, parts(world));
  assert.ok(!('none' in made));
  return made;
};
const noMessage = async (of: Mail, world: World = {}): Promise<NoMessage['none']> => {
  const made = await compose(of, parts(world));
  assert.ok('none' in made);
  return made.none;
};

test('an invoice goes to the registered owner, in the seller\'s language, with its PDF', async () => {
  const made = await message(mail());
  assert.deepEqual(
    [made.to, made.replyTo, made.messageId],
    ['ola@example.org', seller.email, '<inv.1@documents.bomfri>'],
  );
  assert.deepEqual([made.subject, made.attachment.filename], ['Faktura 7 fra Åsgård Parkering AS', 'faktura-7.pdf']);
  assert.match(made.text, /^Hei Ola Nordmann\n\nVedlagt er faktura 7 fra Åsgård Parkering AS på NOK 35,00\.\nForfall 16\.06\.2026, KID 0000012\.\n$/);
  const text = await textOf(made.attachment.content);
  for (const each of ['Faktura', 'Ola Nordmann', '2317 Hamar', '0000012']) assert.ok(text.includes(each), each);
});

test('an owner without an e-mail address gets no mail, and nobody else gets theirs', async () => {
  assert.equal(await noMessage(mail(), { owner: { ...owner, email: '' } }), 'no_address');
});

test('an invoice whose owner is not known, or that names none, goes to the account\'s holder', async () => {
  assert.equal((await message(mail(), { owner: undefined })).to, 'kari@example.org');
  assert.equal((await message(mail(), { documents: [{ ...invoice, ownerRef: '' }] })).to, 'kari@example.org');
});

test('a holder who was erased gets no mail', async () => {
  assert.equal(await noMessage(mail(), { owner: undefined, holder: undefined }), 'no_address');
});

test('what the holder asks for goes to the holder, several receipts in one PDF, in the language asked for', async () => {
  const made = await message(mail({ mailId: 'm1', documentIds: ['r1', 'r2', 'nobody'], language: 'en', to: 'holder' }));
  assert.deepEqual(
    [made.to, made.subject, made.attachment.filename],
    ['kari@example.org', '2 documents for parking', 'receipt-2-jun-2026.pdf'],
  );
  assert.match(made.text, /^Hello Kari Ødegård\n\nAttached: 2 documents\.\n$/);
  assert.match(await textOf(made.attachment.content), /Receipt 1[\s\S]*Receipt 2/);
});

test('an invoice that the holder asks for does not tell who the registered owner is', async () => {
  const made = await message(mail({ mailId: 'm1', to: 'holder' }));
  assert.equal(made.to, 'kari@example.org');
  const text = await textOf(made.attachment.content);
  assert.ok(!/Ola|Storgata/.test(text) && text.includes('Registrert eier av kjøretøyet'));
});

test('documents of somebody else are not mailed', async () => {
  assert.equal(await noMessage(mail({ accountId: 'account-2', to: 'holder' })), 'no_documents');
});

test('a document that the warehouse does not have yet is waited for', async () => {
  await assert.rejects(compose(mail(), parts({ documents: [] })), NotThereYetError);
});
