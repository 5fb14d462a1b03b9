import type { UncheckedRead } from '../check-read.ts';

/** One way of telling reads over HTTP: a file in this folder each. Checking is not its task. */
export interface ReadFormat {
  /** Stands in a read's `source`. */
  readonly source: string;
  /** The items of a request's parsed body, in order. Null: the body is not of this format. */
  items(body: unknown): readonly unknown[] | null;
  /** The contract's fields of one item, as far as they are there. Null: it is no item at all. */
  read(item: unknown): UncheckedRead | null;
}
