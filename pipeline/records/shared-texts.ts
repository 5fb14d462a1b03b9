/**
 * The one copy of each text that records repeat (ids of garages, cameras and lanes, countries), found by its bytes: no text
 * is made for what was met before. A text has one of two places, by its hash, and the older one of them yields to the next:
 * however many are made up, they fill no memory.
 */
export class SharedTexts {
  /** Side by side the two places of a hash, the newer text first. */
  private texts = new Array<string>(PLACES_AT_FIRST).fill('');
  /** The length and the bytes of each, `PLACE_BYTES` a place: quicker to hold bytes against than a text, which is elsewhere. */
  private bytes = new Uint8Array(PLACE_BYTES * PLACES_AT_FIRST);
  private looks = 0;
  private yielded = 0;

  /** The text that the bytes are, as UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    this.looks++;
    const { texts } = this;
    const place = placeOf(hashOf(bytes, start, end), texts.length);
    if (this.isThere(place, bytes, start, length)) return texts[place]!;
    if (this.isThere(place + 1, bytes, start, length)) return texts[place + 1]!;
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

  private isThere(place: number, bytes: Buffer, start: number, length: number): boolean {
    const known = this.bytes;
    const from = PLACE_BYTES * place + 1;
    if (known[from - 1] !== length) return false;
    let same = 0;
    while (same < length && known[from + same] === bytes[start + same]) same++;
    return same === length;
  }

  private keep(text: string, place: number): void {
    const { texts } = this;
    if (texts[place + 1] !== '') this.yielded++;
    this.put(text, place);
    if (this.yielded < texts.length / 8) return;
    // Now and then one yields wherever texts are many; when it is of every few, there are more than places.
    if (this.looks < MOST_YIELD_OF * this.yielded && texts.length < PLACES_AT_MOST) this.grow();
    this.looks = 0;
    this.yielded = 0;
  }

  /** As the newer of the two. */
  private put(text: string, place: number): void {
    const { texts, bytes } = this;
    const from = PLACE_BYTES * place;
    texts[place + 1] = texts[place]!;
    bytes.copyWithin(from + PLACE_BYTES, from, from + PLACE_BYTES);
    texts[place] = text;
    bytes[from] = text.length;
    for (let i = 0; i < text.length; i++) bytes[from + 1 + i] = text.charCodeAt(i);
  }

  private grow(): void {
    const before = this.texts;
    this.texts = new Array<string>(2 * before.length).fill('');
    this.bytes = new Uint8Array(2 * this.bytes.length);
    // The older one of a pair first.
    for (let from = before.length - 1; from >= 0; from--) {
      const text = before[from]!;
      if (text === '') continue;
      const bytes = Buffer.from(text);
      this.put(text, placeOf(hashOf(bytes, 0, bytes.length), this.texts.length));
    }
  }
}

/** Powers of two. Ten thousand garages have a hundred thousand texts. */
const PLACES_AT_FIRST = 2 ** 13;
const PLACES_AT_MOST = 2 ** 18;
const MOST_YIELD_OF = 32;
/** A line of the processor's cache. */
const PLACE_BYTES = 64;
const LONGEST = PLACE_BYTES - 1;

/** FNV-1a, two bytes at a step side by side: one waits for the other's multiplication else. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let even = end - start;
  let odd = 0;
  let at = start;
  for (; at + 1 < end; at += 2) {
    even = Math.imul(even ^ bytes[at]!, 0x01000193);
    odd = Math.imul(odd ^ bytes[at + 1]!, 0x01000193);
  }
  if (at < end) even = Math.imul(even ^ bytes[at]!, 0x01000193);
  return Math.imul(even ^ (odd >>> 16) ^ (odd << 16), 0x01000193);
}

function placeOf(hash: number, places: number): number {
  return (hash ^ (hash >>> 15)) & (places - 2);
}

/** One for all, so that what one reader has met is no other text to the next. */
export const sharedTexts = new SharedTexts();
