import { Encoder, type Protocol } from './kafkajs.ts';

/**
 * Kafka's newer requests and answers are "flexible": lengths of texts and lists are unsigned varints one too high, and
 * the header and every structure end with tagged fields, of which we send none. kafkajs knows few of them.
 */
export function flexibleRequest<T>(
  [apiName, apiKey, apiVersion]: FlexibleApi, write: (to: Encoder) => void, read: (from: FlexibleReader) => T,
): Protocol<T> {
  return {
    request: {
      apiName, apiKey, apiVersion,
      encode: async () => {
        // The header's own tagged fields, which our frame does not write.
        const encoder = new Encoder().writeInt8(NO_TAGS);
        write(encoder);
        return encoder.writeInt8(NO_TAGS);
      },
    },
    response: readingFlexible(read),
  };
}

/** Name, key and version. */
export type FlexibleApi = readonly [name: string, key: number, version: number];

/** What reads an answer behind its header. */
export function readingFlexible<T>(read: (from: FlexibleReader) => T): Protocol<T>['response'] {
  return {
    decode: async (payload) => {
      const reader = new FlexibleReader(payload);
      reader.skipTags();
      return read(reader);
    },
    parse: async (answer) => answer,
  };
}

export const NO_TAGS = 0;

/** A list of structures; each ends with its tagged fields. */
export function writeStructures<T>(to: Encoder, each: readonly T[], write: (item: T) => void): void {
  to.writeUVarInt(each.length + 1);
  for (const item of each) {
    write(item);
    to.writeInt8(NO_TAGS);
  }
}

/** How many bytes `writeLength` takes. */
export function lengthBytes(length: number): number {
  let bytes = 1;
  for (let left = (length + 1) >>> 7; left > 0; left >>>= 7) bytes += 1;
  return bytes;
}

/** The length of a text or list that stands behind it. Answers where it ends. */
export function writeLength(length: number, frame: Buffer, at: number): number {
  let left = length + 1;
  for (; left > 0x7f; left >>>= 7) frame[at++] = (left & 0x7f) | 0x80;
  frame[at] = left;
  return at + 1;
}

export class FlexibleReader {
  private readonly payload: Buffer;
  private at = 0;

  constructor(payload: Buffer) {
    this.payload = payload;
  }

  int16(): number {
    return this.payload.readInt16BE((this.at += 2) - 2);
  }

  int32(): number {
    return this.payload.readInt32BE((this.at += 4) - 4);
  }

  int64(): bigint {
    return this.payload.readBigInt64BE((this.at += 8) - 8);
  }

  /** None where it is null. */
  text(): string {
    const bytes = this.length();
    return this.payload.toString('utf8', this.at, (this.at += bytes));
  }

  /** A list of structures: `read` leaves their tagged fields. */
  structures<T>(read: () => T): T[] {
    const each: T[] = [];
    for (let left = this.length(); left > 0; left -= 1) {
      each.push(read());
      this.skipTags();
    }
    return each;
  }

  skipTags(): void {
    this.tags(() => {});
  }

  /** @param read told of each tagged field; it need not read it */
  tags(read: (tag: number) => void): void {
    for (let left = this.uvarint(); left > 0; left -= 1) {
      const tag = this.uvarint();
      const bytes = this.uvarint();
      const end = this.at + bytes;
      read(tag);
      this.at = end;
    }
  }

  private length(): number {
    return Math.max(0, this.uvarint() - 1);
  }

  private uvarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.payload[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
