/**
 * The one copy of each text that records repeat (ids of garages, cameras and lanes, countries), found by its bytes: no text
 * is made for what was met before. Each text has one place, by its hash, and yields it to the next of the same place:
 * however many are made up, they fill no memory.
 */
export class SharedTexts {
  private readonly texts: string[] = new Array<string>(PLACES).fill('');

  /** The text that the bytes are, as UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    const place = hash & (PLACES - 1);
    const known = this.texts[place]!;
    if (known.length === length) {
      let same = 0;
      while (same < length && known.charCodeAt(same) === bytes[start + same]) same++;
      // Only of ASCII does each byte equal its character: any other text is made anew each time.
      if (same === length) return known;
    }
    const text = bytes.toString('utf8', start, end);
    if (text.length === length && length <= LONGEST) this.texts[place] = text;
    return text;
  }
}

/** A power of two; more than a process meets of garages, cameras and lanes. */
const PLACES = 8192;
const LONGEST = 128;
