/**
 * The VAT within a gross amount: a fifth of it at 25 % (2500 basis points). Rounded half away from zero, so that what
 * is taken back is what was sold.
 */
export function vatWithin(grossMinor: number, basisPoints: number): number {
  const whole = BigInt(10_000 + basisPoints);
  const vatMinor = Number((2n * BigInt(Math.abs(grossMinor)) * BigInt(basisPoints) + whole) / (2n * whole));
  return grossMinor < 0 ? -vatMinor || 0 : vatMinor;
}
