/** Bytes written from front to end, in memory that grows as it must and is kept for what is written next. */
export class Slab {
  /** Only up to `end` is written; another buffer after each growth, so do not keep it. */
  bytes: Buffer;
  end = 0;

  constructor(sizeBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** Makes sure that so many more bytes find room: whoever writes at `end` calls it before. */
  reserve(more: number): void {
    if (this.end + more > this.bytes.length) this.grow(more);
  }

  append(bytes: Buffer): void {
    this.appendPart(bytes, 0, bytes.length);
  }

  /** The bytes from one place up to another. */
  appendPart(from: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    copyBytes(from, start, end, this.bytes, this.end);
    this.end += end - start;
  }

  appendByte(value: number): void {
    this.reserve(1);
    this.bytes[this.end++] = value;
  }

  /** As UTF-8, without its length. */
  appendText(text: string): void {
    const { length } = text;
    this.reserve(UTF8_BYTES_MAX * length);
    // Ids and plates are short and ASCII: a loop is quicker than the call that it saves.
    const { bytes, end } = this;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > LAST_ASCII) {
        this.end += bytes.write(text, end);
        return;
      }
      bytes[end + i] = code;
    }
    this.end = end + length;
  }

  private grow(more: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * (this.end + more));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** The bytes of one from `start` up to `end`, to another from `at` on. */
function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start > MOST_ONE_BY_ONE) from.copy(to, at, start, end);
  else for (let i = start, into = at; i < end; i++, into++) to[into] = from[i]!;
}

/** A call costs as much as so many bytes one by one. */
const MOST_ONE_BY_ONE = 40;

/** Of one UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;
