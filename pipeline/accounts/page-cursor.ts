/** Where a page of a list ends: what it is sorted by, and the id of the last of it. */
export type PageCursor = readonly [sortedBy: string | number, id: string];

/** For the `after` of the next page. */
export function encodeCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Null when the text is no cursor that sorts by a value of that type. */
export function decodeCursor<T extends 'string' | 'number'>(text: string, type: T): (readonly [T extends 'string' ? string : number, string]) | null {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const isCursor = Array.isArray(cursor) && cursor.length === 2 && typeof cursor[0] === type && typeof cursor[1] === 'string'
      && (type === 'number' ? Number.isSafeInteger(cursor[0]) : /^\d{4}-\d{2}-\d{2}$/.test(cursor[0] as string));
    return isCursor ? (cursor as unknown as [never, string]) : null;
  } catch {
    return null;
  }
}
