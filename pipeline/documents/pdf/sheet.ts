import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** Points. */
export const PAGE = { width: 595.28, height: 841.89, margin: 50, foot: 60 };
export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin;

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
}

/** Pages that are written from top to bottom; where one is full, `nextPage` begins another. */
export interface Sheet {
  /** Where the next thing goes, from the page's top. */
  y: number;
  text(text: string, x: number, width: number, style?: TextStyle): number;
  /** What a text takes of the page's height. */
  heightOf(text: string, width: number, style?: TextStyle): number;
  line(colour?: string): void;
  box(height: number): void;
  hasRoomFor(height: number): boolean;
  nextPage(): void;
  bookmark(title: string): void;
  /** So many pages so far. */
  readonly pages: number;
  /** Writes at the foot of a page that is done; the first is 0. */
  foot(page: number, left: string, right: string): void;
  end(): Promise<Buffer>;
}

export interface SheetOptions {
  readonly title: string;
  readonly author: string;
  /** BCP 47. */
  readonly language: string;
  /** UTC ms: not the time of the making, so that the same document is made of the same bytes. */
  readonly createdAt: number;
}

/** Of the font that pdfkit has open. */
interface GlyphFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

const INK = '#1a1a1a';
export const FAINT = '#666666';
const FOOT_SIZE = 7.5;
const FONTS = { regular: fontFile('400Regular'), bold: fontFile('700Bold') };

/** Empty A4 pages with fonts embedded, as PDF/A-2b asks of what is kept for years. */
export function openSheet({ title, author, language, createdAt }: SheetOptions): Sheet {
  const pdf = new PDFDocument({
    size: 'A4', margin: 0, bufferPages: true, autoFirstPage: false,
    pdfVersion: '1.7', subset: 'PDF/A-2b', lang: language,
    displayTitle: true, font: FONTS.regular,
    info: { Title: title, Author: author, Creator: 'Bomfri', Producer: 'Bomfri', CreationDate: new Date(createdAt) },
  } as PDFKit.PDFDocumentOptions);
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Buffer>((resolve, reject) =>
    pdf.on('end', () => resolve(Buffer.concat(chunks))).on('error', reject));
  const dress = ({ size = 9, bold = false, colour = INK }: TextStyle): void =>
    void pdf.font(bold ? FONTS.bold : FONTS.regular).fontSize(size).fillColor(colour);
  let pages = 0;
  const { font } = (pdf as unknown as { readonly _font: { readonly font: GlyphFont } })._font;

  /** PDF/A wants no sign that the font lacks, and a reader sees an empty box. Both weights have the same signs. */
  function written(text: string): string {
    const has = (sign: string): boolean => sign === '\n' || font.hasGlyphForCodePoint(sign.codePointAt(0)!);
    return Array.from(text, (sign) => (has(sign) ? sign : '?')).join('');
  }

  return {
    y: 0,
    get pages() {
      return pages;
    },
    text(text, x, width, style = {}) {
      const height = this.heightOf(text, width, style);
      pdf.text(written(text), x, this.y, { width, align: style.align ?? 'left' });
      return height;
    },
    heightOf(text, width, style = {}) {
      dress(style);
      return pdf.heightOfString(written(text), { width });
    },
    line(colour = '#bbbbbb') {
      pdf.moveTo(PAGE.margin, this.y)
        .lineTo(PAGE.width - PAGE.margin, this.y)
        .lineWidth(0.5)
        .strokeColor(colour)
        .stroke();
    },
    box(height) {
      pdf.roundedRect(PAGE.margin, this.y, CONTENT_WIDTH, height, 3).fill('#f1f3f5');
    },
    hasRoomFor(height) {
      return this.y + height <= PAGE.height - PAGE.foot - 10;
    },
    nextPage() {
      pdf.addPage();
      pages += 1;
      this.y = PAGE.margin;
    },
    bookmark: (title) => void pdf.outline.addItem(title),
    foot(page, left, right) {
      pdf.switchToPage(page);
      this.y = PAGE.height - PAGE.foot;
      this.line('#dddddd');
      this.y += 8;
      const style = { size: FOOT_SIZE, colour: FAINT };
      this.text(left, PAGE.margin, CONTENT_WIDTH - 90, style);
      this.text(right, PAGE.width - PAGE.margin - 90, 90, { ...style, align: 'right' });
    },
    end() {
      pdf.end();
      return ended;
    },
  };
}

function fontFile(weight: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${weight}/NotoSans_${weight}.ttf`));
}
