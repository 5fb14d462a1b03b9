/**
 * Sorts a list in place, as `Array.prototype.sort` does. That makes room of its own for each list, and those that a read comes to
 * are many and of a few, nearly always in order.
 */
export function sortShort<T>(list: T[], compare: (a: T, b: T) => number): T[] {
  if (list.length > LONGEST) return list.sort(compare);
  for (let i = 1; i < list.length; i++) {
    const item = list[i]!;
    let place = i;
    while (place > 0 && compare(list[place - 1]!, item) > 0) {
      list[place] = list[place - 1]!;
      place--;
    }
    list[place] = item;
  }
  return list;
}

/** Longer ones are quicker sorted otherwise. */
const LONGEST = 32;
