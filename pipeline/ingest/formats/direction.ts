/** A camera's word for the way that a vehicle went, in lower case; null: it says that it does not know, or nothing. */
export function directionWord(text: string): string | null {
  const word = text.toLowerCase();
  return word === '' || word === 'unknown' ? null : word;
}
