import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sale, saleLine, seller, viewOf } from '../test-documents.ts';
import type { DocumentView, Language } from '../document-view.ts';
import { renderPdf } from './render.ts';
import { pagesOf, textOf, titleIn } from './test-pdf.ts';

const ZONE = 'Europe/Oslo';
const render = (views: DocumentView | readonly DocumentView[], language: Language = 'nb'): Promise<Buffer> =>
  renderPdf([views].flat() as DocumentView[], language, ZONE);

function holds(text: string, wanted: readonly string[]): void {
  for (const each of wanted) assert.ok(text.includes(each), `'${each}' in: ${text}`);
}

const parked = sale({ lines: [saleLine(1), saleLine(2, { garageId: 'vestre', grossMinor: 128_950 })] });
const invoice = sale({
  saleId: 'i', kind: 'invoice', chargeId: '', invoiceId: 'i1',
  dueDay: '2026-06-16', kid: '0000001042127', ownerRef: 'owner-1',
  lines: [saleLine(1), saleLine(2, { what: 'invoice_fee', visitId: '', garageId: '', grossMinor: 7_000 })],
});

test('a receipt holds what a sales document must: number, day, seller with MVA, buyer, what was sold where and when, price, VAT', async () => {
  holds(await textOf(await render(viewOf(parked, 1042))), [
    'Kvittering', '1042', '02.06.2026', 'Åsgård Parkering AS', 'Sjøgata 12',
    '9405 Harstad', 'Org.nr. 923 609 016 MVA, Foretaksregisteret',
    'Kari Ødegård', 'Harstad lufthavn P4', 'Vestre torg, Hamar',
    'EL12345', '01.06.2026 08:15 – 09:42', '35,00', '1 289,50',
    'NOK 1 324,50', '25 %', '1 059,60', '264,90',
  ]);
});

test('a receipt in English holds what a sales document must', async () => {
  holds(await textOf(await render(viewOf(parked, 1042), 'en')), [
    'Receipt', '2 Jun 2026', 'Org. no. 923 609 016 MVA',
    '1 Jun 2026 08:15 – 09:42', 'NOK 1,324.50', '264.90', 'payment card',
  ]);
});

test('an invoice holds its KID, due date, account number and fee, and the owner whom it is for', async () => {
  const view = viewOf(invoice, 1043, { buyer: { name: 'Ola Nordmann', address: ['Storgata 1', '2317 Hamar'] } });
  holds(await textOf(await render(view)), [
    'Faktura', '1043', 'Forfall', '16.06.2026', '0000001042127', '8601 11 17947',
    'Fakturagebyr', '70,00', 'Ola Nordmann', '2317 Hamar', 'NOK 105,00',
  ]);
});

test('a credit note names the number of its original and what it takes back', async () => {
  const back = sale({
    kind: 'credit_note',
    originalSaleId: 's',
    lines: [saleLine(1, { grossMinor: -3_500, what: 'correction' })],
  });
  holds(
    await textOf(await render(viewOf(back, 1044, {}, 1042))),
    ['Kreditnota', '1044', 'dokument nummer 1042', 'Korreksjon', '−35,00', '−7,00'],
  );
});

test('lines of several rates have a sum for each', async () => {
  const view = viewOf(sale({ lines: [saleLine(1), saleLine(2, { grossMinor: 5_000, vatMinor: 0 })] }), 1);
  holds(await textOf(await render(view)), ['25 % 28,00 7,00', '0 % 50,00 0,00', 'Herav MVA 7,00']);
});

test('when holder, plate and stay are erased and the seller was never told of, the document says what its record holds', async () => {
  const view = viewOf(sale({ lines: [saleLine(1)] }), 7, {
    seller: null,
    buyer: null,
    garages: new Map(),
    stays: new Map(),
  });
  const text = await textOf(await render(view));
  holds(text, [
    'Kvittering', '7', 'Parkeringsselskap operator-', 'Konto account-1', 'Parkering, p4', '01.06.2026', '35,00', '7,00',
  ]);
  for (const gone of ['EL12345', 'Ødegård', 'Harstad', '08:15']) assert.ok(!text.includes(gone), gone);
});

test('a stay whose entry was never seen shows what is known of it', async () => {
  const stays = new Map([['visit-1', { plate: '', enteredAt: null, exitedAt: Date.parse('2026-06-01T10:00:00Z') }]]);
  holds(await textOf(await render(viewOf(sale(), 1, { stays }))), ['? – 01.06.2026 12:00']);
});

test('several documents begin with an overview, each on a page of its own', async () => {
  const views = [viewOf(parked, 1042), viewOf(sale({ saleId: 'b' }), 3, { seller: { ...seller, name: 'Østre P' } })];
  const pages = await pagesOf(await render(views));
  assert.equal(pages.length, 3);
  holds(
    pages[0]!,
    ['Oversikt', 'Dato Dokument Selger Beløp', 'Kvittering 1042', 'Kvittering 3', 'Østre P', 'NOK 1 359,50'],
  );
  holds(pages[2]!, ['Østre P', 'Side 1 av 1']);
});

test('a long list goes over several pages: each line once, the heads and the number on each page', async () => {
  const lines = Array.from({ length: 120 }, (_, n) => saleLine(n, { grossMinor: 100_000 + n * 100 }));
  const pages = await pagesOf(await render(viewOf(sale({ lines }), 1042)));
  assert.ok(pages.length >= 4, `${pages.length} pages`);
  const whole = pages.join('\n');
  for (let n = 0; n < 120; n += 1) {
    const amount = new Intl.NumberFormat('nb-NO', { minimumFractionDigits: 2 }).format(1_000 + n).replace(/\s/g, ' ');
    assert.equal(whole.split(` ${amount}`).length - 1, 1, amount);
  }
  pages.forEach((page, place) => holds(page, ['Kvittering 1042', `Side ${place + 1} av ${pages.length}`]));
  for (const page of pages.slice(1, -1)) holds(page, ['(forts.)', 'Beskrivelse', 'Beløp (NOK)']);
});

test('the same document is made of the same bytes whenever it is made, and tells its title and time', async () => {
  const [one, other] = await Promise.all([render(viewOf(parked, 1042)), render(viewOf(parked, 1042))]);
  assert.ok(one.equals(other));
  assert.equal(await titleIn(one), 'Kvittering 1042');
  assert.ok(one.includes('D:20260602040000Z'));
});

test('names in Greek, Cyrillic and with all kinds of accents are written, not left out', async () => {
  const name = 'Zoë Łukasz Čížek Αθηνά Юлия';
  holds(await textOf(await render(viewOf(sale(), 1, { buyer: { name, address: [] } }))), [name]);
});

test('signs that the font lacks are told by question marks: no reader shows them, and PDF/A wants none', async () => {
  const buyer = { name: 'Kåre Ødegård Ελένη Юлия 🚗 محمد 王', address: [] };
  const text = await textOf(await renderPdf([viewOf(sale(), 1, { buyer })], 'nb', 'Europe/Oslo'));
  assert.ok(text.includes('Kåre Ødegård Ελένη Юлия ? ???? ?'), text.slice(0, 200));
});
