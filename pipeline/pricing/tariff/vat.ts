/** The VAT within a gross amount, rounded half up: a fifth of it at 25 % (2500 basis points). */
export function vatWithin(grossMinor: number, basisPoints: number): number {
  const whole = BigInt(10_000 + basisPoints);
  return Number((2n * BigInt(grossMinor) * BigInt(basisPoints) + whole) / (2n * whole));
}
