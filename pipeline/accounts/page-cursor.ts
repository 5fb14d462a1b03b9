import { RefusedError } from './refused.ts';

/** What a route of pages is asked. */
export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

/** Where a page of a list ends: what it is sorted by, and the id of the last of it. */
export type PageCursor = readonly [sortedBy: string | number, id: string];

interface SortedBy {
  /** YYYY-MM-DD */
  readonly day: string;
  /** ms UTC */
  readonly instant: number;
}

/**
 * Behind what the page begins; null: at the start.
 * @throws {RefusedError} `after` is none of a list that is sorted so
 */
export function cursorIn<By extends keyof SortedBy>(
  { after }: PageQuery, by: By,
): readonly [SortedBy[By], string] | null {
  if (after === undefined) return null;
  const cursor = decoded(after);
  if (!Array.isArray(cursor) || cursor.length !== 2 || !isSortedBy[by](cursor[0]) || typeof cursor[1] !== 'string') {
    throw new RefusedError('`after` must come from the `next` of a former page.', 'bad-cursor');
  }
  return cursor as unknown as readonly [SortedBy[By], string];
}

/** The address of the next page, or null: a full page may have another behind it. */
export function nextOf(path: string, limit: number, found: number, last: PageCursor | undefined): string | null {
  if (found < limit || last === undefined) return null;
  const after = Buffer.from(JSON.stringify(last)).toString('base64url');
  return `${path}?${new URLSearchParams({ limit: String(limit), after })}`;
}

const isSortedBy: Record<keyof SortedBy, (value: unknown) => boolean> = {
  day: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
  instant: Number.isSafeInteger,
};

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
}
