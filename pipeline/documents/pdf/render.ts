import { setImmediate as immediate } from 'node:timers/promises';
import type { SalesDocument, SellerDetails } from '../../records/records.ts';
import type { DocumentView, Language } from '../document-view.ts';
import { rateOf, sumsByRate } from '../vat.ts';
import { bankAccountText, formatsOf, organisationText, type Formats } from './formats.ts';
import { CONTENT_WIDTH, FAINT, openSheet, PAGE, type Sheet } from './sheet.ts';
import { wordsOf, type Words } from './words.ts';

/**
 * One PDF of sales documents, each from a page of its own on, with an overview before them when they are several. The
 * same documents and the same knowledge of them give the same bytes.
 * @param zone IANA zone for the times of garages that are not known any more
 */
export async function renderPdf(views: readonly DocumentView[], language: Language, zone: string): Promise<Buffer> {
  const words = wordsOf[language];
  const formats = formatsOf(language);
  const authors = new Set(views.map((view) => sellerName(view, words)));
  const sheet = openSheet({
    title: views.length === 1 ? titleOf(views[0]!.document, words) : words.overview,
    author: [...authors].join(', '), language: language === 'nb' ? 'nb-NO' : 'en-GB',
    createdAt: Math.max(...views.map(({ document }) => document.at)),
  });
  const chapters = views.length > 1 ? [overview(sheet, views, words, formats)] : [];
  for (const view of views) {
    chapters.push(chapter(sheet, view, { words, formats, zone }));
    // Whoever else is served by this process gets a turn.
    await immediate();
  }
  for (const { first, last, footer } of chapters) {
    for (let page = first; page <= last; page += 1) {
      sheet.foot(page, footer, words.page(page - first + 1, last - first + 1));
    }
  }
  return sheet.end();
}

/** "Faktura 1042". */
export function titleOf({ kind, number }: SalesDocument, { kinds }: Words): string {
  return `${kinds[kind]} ${number}`;
}

interface Chapter {
  readonly first: number;
  readonly last: number;
  readonly footer: string;
}

interface Rendering {
  readonly words: Words;
  readonly formats: Formats;
  readonly zone: string;
}

const COLUMNS = {
  what: { x: PAGE.margin, width: 195 },
  time: { x: PAGE.margin + 205, width: 165 },
  rate: { x: PAGE.margin + 375, width: 40 },
  amount: { x: PAGE.margin + 415, width: CONTENT_WIDTH - 415 },
};
const RIGHT = { x: PAGE.margin + 280, label: 85, width: CONTENT_WIDTH - 280 };
const LEFT_WIDTH = 265;

function chapter(sheet: Sheet, view: DocumentView, rendering: Rendering): Chapter {
  const { document } = view;
  const { words } = rendering;
  sheet.nextPage();
  const first = sheet.pages - 1;
  sheet.bookmark(titleOf(document, words));
  head(sheet, view, rendering);
  table(sheet, view, rendering);
  sums(sheet, document, rendering);
  if (document.kind === 'invoice') payment(sheet, view, rendering);
  return { first, last: sheet.pages - 1, footer: footerOf(view, words) };
}

/** Seller and buyer to the left; what it is, its number and days to the right. */
function head(sheet: Sheet, { document, seller, buyer }: DocumentView, { words, formats }: Rendering): void {
  const top = sheet.y;
  const left = (text: string, style = {}): void => {
    sheet.y += sheet.text(text, PAGE.margin, LEFT_WIDTH, style) + 1;
  };
  left(seller?.name ?? words.unknownSeller(document.operatorId), { size: 13, bold: true });
  for (const line of seller === null ? [] : sellerLines(seller, words)) left(line);
  sheet.y += 26;
  left(words.customer, { size: 8, colour: FAINT });
  if (buyer !== null) left(buyer.name, { bold: true });
  else if (document.ownerRef !== '') left(words.registeredOwner, { bold: true });
  for (const line of buyer?.address ?? []) left(line);
  left(`${words.account} ${document.accountId}`, { size: 8, colour: FAINT });
  const leftEnd = sheet.y;

  sheet.y = top;
  sheet.y += sheet.text(words.kinds[document.kind], RIGHT.x, RIGHT.width, { size: 20, bold: true }) + 10;
  const facts: (readonly [string, string])[] = [
    [words.number, String(document.number)], [words.issued, formats.day(document.issuedDay)],
  ];
  if (document.kind === 'invoice') {
    facts.push([words.due, formats.day(document.dueDay)]);
    if (document.kid !== '') facts.push([words.kid, document.kid]);
    if (seller !== null && seller.bankAccount !== '') {
      facts.push([words.bankAccount, bankAccountText(seller.bankAccount)]);
    }
  }
  for (const [label, value] of facts) fact(sheet, label, value, RIGHT.x, RIGHT.label, RIGHT.width);
  sheet.y = Math.max(leftEnd, sheet.y) + 24;

  const note = document.kind === 'credit_note' ? words.credits(document.originalNumber)
    : document.kind === 'receipt' ? words.paidByCard : words.howToPay;
  sheet.y += sheet.text(note, PAGE.margin, CONTENT_WIDTH) + 14;
}

function fact(sheet: Sheet, label: string, value: string, x: number, labelWidth: number, width: number): void {
  sheet.text(label, x, labelWidth, { colour: FAINT });
  sheet.y += sheet.text(value, x + labelWidth, width - labelWidth, { bold: true }) + 2;
}

/** A row for each line; the column heads again on each further page. */
function table(sheet: Sheet, view: DocumentView, rendering: Rendering): void {
  const { document } = view;
  const { words, formats } = rendering;
  tableHead(sheet, words, document.currency);
  for (const line of document.lines) {
    const what = whatOf(line, view, words);
    const detail = view.stays.get(line.visitId)?.plate ?? '';
    const time = timeOf(line, view, rendering);
    const { what: whatColumn, time: timeColumn, rate, amount } = COLUMNS;
    const height = Math.max(
      sheet.heightOf(what, whatColumn.width) + (detail === '' ? 0 : sheet.heightOf(detail, whatColumn.width, SMALL)),
      sheet.heightOf(time, timeColumn.width),
    );
    if (!sheet.hasRoomFor(height + 8)) {
      sheet.nextPage();
      const title = `${titleOf(document, words)} (${words.continued})`;
      sheet.y += sheet.text(title, PAGE.margin, CONTENT_WIDTH, { bold: true }) + 10;
      tableHead(sheet, words, document.currency);
    }
    const top = sheet.y;
    sheet.text(time, timeColumn.x, timeColumn.width);
    sheet.text(formats.rate(rateOf(line)), rate.x, rate.width, { align: 'right' });
    sheet.text(formats.money(line.grossMinor), amount.x, amount.width, { align: 'right' });
    sheet.y += sheet.text(what, whatColumn.x, whatColumn.width);
    if (detail !== '') sheet.text(detail, whatColumn.x, whatColumn.width, SMALL);
    sheet.y = top + height + 4;
    sheet.line('#e6e6e6');
    sheet.y += 4;
  }
}

const SMALL = { size: 8, colour: FAINT };

function tableHead(sheet: Sheet, words: Words, currency: string): void {
  const style = { size: 8, bold: true };
  sheet.text(words.time, COLUMNS.time.x, COLUMNS.time.width, style);
  sheet.text(words.rate, COLUMNS.rate.x, COLUMNS.rate.width, { ...style, align: 'right' });
  sheet.text(`${words.amount} (${currency})`, COLUMNS.amount.x, COLUMNS.amount.width, { ...style, align: 'right' });
  sheet.y += sheet.text(words.what, COLUMNS.what.x, COLUMNS.what.width, style) + 3;
  sheet.line(INK_LINE);
  sheet.y += 5;
}

const INK_LINE = '#555555';

type Line = SalesDocument['lines'][number];

function whatOf(line: Line, { garages }: DocumentView, words: Words): string {
  if (line.what === 'invoice_fee') return words.invoiceFee;
  const garage = garages.get(line.garageId)?.name || line.garageId;
  return `${line.what === 'correction' ? words.correction : words.parking}, ${garage}`;
}

/** By the garage's clock; the day alone when the visit is not known any more. */
function timeOf(line: Line, { garages, stays }: DocumentView, { formats, zone }: Rendering): string {
  const stay = stays.get(line.visitId);
  if (stay === undefined || (stay.enteredAt === null && stay.exitedAt === null)) return formats.day(line.visitDay);
  return formats.span(stay.enteredAt, stay.exitedAt, garages.get(line.garageId)?.timezone ?? zone);
}

/** What it comes to, and the VAT within it by rate. */
function sums(sheet: Sheet, document: SalesDocument, { words, formats }: Rendering): void {
  const vat = sumsByRate(document.lines);
  const height = 60 + 14 * vat.length;
  if (!sheet.hasRoomFor(height)) sheet.nextPage();
  sheet.y += 6;
  const total = document.kind === 'credit_note' ? words.totalCredited : words.total;
  const right = { x: RIGHT.x - 60, width: RIGHT.width + 60 };
  const style = { size: 11, bold: true };
  const sum = `${document.currency} ${formats.money(document.grossMinor)}`;
  sheet.text(total, right.x, right.width - 100, style);
  sheet.y += sheet.text(sum, right.x + 100, right.width - 100, { ...style, align: 'right' }) + 12;

  const columns = [0, 1, 2].map((place) => ({ x: RIGHT.x - 60 + place * (right.width / 3), width: right.width / 3 }));
  const row = (cells: readonly string[], rowStyle = {}): void => {
    const heights = cells.map((cell, place) =>
      sheet.text(cell, columns[place]!.x, columns[place]!.width, {
        align: place === 0 ? 'left' : 'right',
        ...rowStyle,
      }));
    sheet.y += Math.max(...heights) + 2;
  };
  row([words.rate, words.base, words.vat], { size: 8, colour: FAINT });
  for (const { rateBasisPoints, grossMinor, vatMinor } of vat) {
    row([formats.rate(rateBasisPoints), formats.money(grossMinor - vatMinor), formats.money(vatMinor)]);
  }
  if (vat.length > 1) row([words.vatWithin, '', formats.money(document.vatMinor)], { bold: true });
}

/** All that a payment needs in one place. */
function payment(sheet: Sheet, { document, seller }: DocumentView, { words, formats }: Rendering): void {
  const facts: (readonly [string, string])[] = [
    [words.toPay, `${document.currency} ${formats.money(document.grossMinor)}`],
    [words.due, formats.day(document.dueDay)],
    [words.bankAccount, seller === null || seller.bankAccount === '' ? '–' : bankAccountText(seller.bankAccount)],
    [words.kid, document.kid === '' ? '–' : document.kid],
  ];
  const height = 34 + 15 * facts.length;
  if (!sheet.hasRoomFor(height + 24)) sheet.nextPage();
  sheet.y += 24;
  const top = sheet.y;
  sheet.box(height);
  sheet.y += 10;
  sheet.y += sheet.text(words.payment, PAGE.margin + 14, CONTENT_WIDTH - 28, { bold: true, size: 10 }) + 3;
  for (const [label, value] of facts) fact(sheet, label, value, PAGE.margin + 14, 110, CONTENT_WIDTH - 28);
  sheet.y = top + height;
}

/** What each of several documents comes to, and all of them. */
function overview(sheet: Sheet, views: readonly DocumentView[], words: Words, formats: Formats): Chapter {
  sheet.nextPage();
  const first = sheet.pages - 1;
  sheet.bookmark(words.overview);
  const head = (): void => {
    const style = { size: 8, bold: true };
    sheet.text(words.issued, PAGE.margin, 80, style);
    sheet.text(words.document, PAGE.margin + 85, 120, style);
    sheet.text(words.seller, PAGE.margin + 210, 180, style);
    sheet.y += sheet.text(words.amount, PAGE.margin + 400, CONTENT_WIDTH - 400, { ...style, align: 'right' }) + 3;
    sheet.line(INK_LINE);
    sheet.y += 5;
  };
  sheet.y += sheet.text(words.overview, PAGE.margin, CONTENT_WIDTH, { size: 20, bold: true }) + 14;
  head();
  for (const view of views) {
    const { document } = view;
    const seller = sellerName(view, words);
    const height = Math.max(sheet.heightOf(seller, 180), sheet.heightOf(titleOf(document, words), 120));
    if (!sheet.hasRoomFor(height + 6)) {
      sheet.nextPage();
      head();
    }
    sheet.text(formats.day(document.issuedDay), PAGE.margin, 80);
    sheet.text(titleOf(document, words), PAGE.margin + 85, 120);
    sheet.text(seller, PAGE.margin + 210, 180);
    const sum = `${document.currency} ${formats.money(document.grossMinor)}`;
    sheet.text(sum, PAGE.margin + 395, CONTENT_WIDTH - 395, { align: 'right' });
    sheet.y += height + 5;
  }
  sheet.line(INK_LINE);
  sheet.y += 6;
  for (const [currency, of] of Map.groupBy(views, ({ document }) => document.currency)) {
    const minor = of.reduce((sum, { document }) => sum + document.grossMinor, 0);
    sheet.text(words.total, PAGE.margin, 200, { bold: true });
    const sum = `${currency} ${formats.money(minor)}`;
    sheet.y += sheet.text(sum, PAGE.margin + 300, CONTENT_WIDTH - 300, { bold: true, align: 'right' }) + 3;
  }
  return { first, last: sheet.pages - 1, footer: words.overview };
}

function sellerName({ seller, document }: DocumentView, words: Words): string {
  return seller?.name ?? words.unknownSeller(document.operatorId);
}

function sellerLines(seller: SellerDetails, words: Words): string[] {
  return [...seller.address, ...organisationLine(seller, words), ...(seller.email === '' ? [] : [seller.email])];
}

function organisationLine(
  { organisationNumber, vatRegistered, businessRegistered }: SellerDetails, words: Words,
): string[] {
  if (organisationNumber === '') return [];
  const number =
    `${words.organisation} ${organisationText(organisationNumber)}${vatRegistered ? ` ${words.vatMark}` : ''}`;
  return [businessRegistered ? `${number}, ${words.businessRegister}` : number];
}

function footerOf({ document, seller }: DocumentView, words: Words): string {
  const parts = [titleOf(document, words), seller?.name ?? words.unknownSeller(document.operatorId)];
  return [...parts, ...(seller === null ? [] : organisationLine(seller, words))].join('  ·  ');
}
