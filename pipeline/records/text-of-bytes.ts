/**
 * The text that the bytes are, as UTF-8. Ids and plates are short and ASCII: such a one is put together here, which takes a
 * third of the time that the runtime's own call does; a read has two, and each look at a stay some more.
 */
export function textOfBytes(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST) return bytes.toString('utf8', start, end);
  const codes = codesOfLength[length]!;
  for (let i = 0; i < length; i++) {
    const code = bytes[start + i]!;
    if (code > LAST_ASCII) return bytes.toString('utf8', start, end);
    codes[i] = code;
  }
  return String.fromCharCode.apply(null, codes);
}

/** From some 60 letters on the runtime's own call is as quick. */
const LONGEST = 48;
const LAST_ASCII = 0x7f;

/** Written over by each text of that length. */
const codesOfLength = Array.from({ length: LONGEST + 1 }, (_, length) => new Array<number>(length).fill(0));
