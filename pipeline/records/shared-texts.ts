/**
 * The one copy of each text that records repeat (ids of garages, cameras and lanes, countries), found by its bytes: no text
 * is made for what was met before. A text has one of two places, by its hash, and the older one of them yields to the next:
 * however many are made up, they fill no memory.
 */
export class SharedTexts {
  /** Side by side the two places of a hash, the newer text first. */
  private texts = new Array<string>(PLACES_AT_FIRST).fill('');
  private looks = 0;
  private yielded = 0;

  /** The text that the bytes are, as UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    this.looks++;
    let hash = length;
    for (let at = start; at < end; at++) hash = mixed(hash, bytes[at]!);
    const { texts } = this;
    const place = placeOf(hash, texts.length);
    if (isText(texts[place]!, bytes, start, length)) return texts[place]!;
    if (isText(texts[place + 1]!, bytes, start, length)) return texts[place + 1]!;
    const text = bytes.toString('utf8', start, end);
    // Only of ASCII does each byte equal its character: any other text is made anew each time.
    if (text.length === length && length <= LONGEST) this.keep(text, place);
    return text;
  }

  /** The copy of a text that is there already. */
  of(text: string): string {
    const bytes = Buffer.from(text);
    return this.read(bytes, 0, bytes.length);
  }

  private keep(text: string, place: number): void {
    const { texts } = this;
    if (texts[place + 1] !== '') this.yielded++;
    texts[place + 1] = texts[place]!;
    texts[place] = text;
    if (this.yielded < texts.length / 8) return;
    // Now and then one yields wherever texts are many; when it is of every few, there are more than places.
    if (this.looks < MOST_YIELD_OF * this.yielded && texts.length < PLACES_AT_MOST) this.grow();
    this.looks = 0;
    this.yielded = 0;
  }

  private grow(): void {
    const before = this.texts;
    this.texts = new Array<string>(2 * before.length).fill('');
    // The older one of a pair first.
    for (let from = before.length - 1; from >= 0; from--) {
      const text = before[from]!;
      if (text === '') continue;
      let hash = text.length;
      for (let at = 0; at < text.length; at++) hash = mixed(hash, text.charCodeAt(at));
      const place = placeOf(hash, this.texts.length);
      this.texts[place + 1] = this.texts[place]!;
      this.texts[place] = text;
    }
  }
}

/** Powers of two. Ten thousand garages have a hundred thousand texts. */
const PLACES_AT_FIRST = 2 ** 13;
const PLACES_AT_MOST = 2 ** 18;
const MOST_YIELD_OF = 32;
const LONGEST = 128;

function mixed(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function placeOf(hash: number, places: number): number {
  return (hash ^ (hash >>> 15)) & (places - 2);
}

function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  let same = 0;
  while (same < length && text.charCodeAt(same) === bytes[start + same]) same++;
  return same === length;
}

/** One for all, so that what one reader has met is no other text to the next. */
export const sharedTexts = new SharedTexts();
