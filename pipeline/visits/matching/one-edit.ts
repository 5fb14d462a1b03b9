/** Whether the plates are the same but for at most one character that is another, or that one of them lacks. */
export function isWithinOneEdit(one: string, other: string): boolean {
  const longer = other.length - one.length;
  if (longer < 0) return isWithinOneEdit(other, one);
  if (longer > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  for (let i = longer === 0 ? same + 1 : same; i < one.length; i++) if (one[i] !== other[i + longer]) return false;
  return true;
}
