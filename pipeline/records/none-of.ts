/**
 * An empty list of the kind that lists with something like that have. To the runtime an empty literal is a list of small integers, one
 * that was mapped may have holes, and code compiled for lists of one kind is thrown away when the first of another comes.
 */
export function noneOf<T>(like: T): readonly T[] {
  return [like].slice(1);
}
