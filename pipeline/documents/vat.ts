import { vatWithin } from '../pricing/tariff/vat.ts';

/** An amount with the VAT within it, minor units. */
export interface Taxed {
  readonly grossMinor: number;
  readonly vatMinor: number;
}

/** What a document comes to at one rate of VAT. */
export interface VatSum extends Taxed {
  /** 2500: 25 %. */
  readonly rateBasisPoints: number;
}

export interface DocumentVat<L extends Taxed> {
  readonly vatMinor: number;
  /** The highest rate first. */
  readonly sums: readonly VatSum[];
  /** In their order, with the shares of VAT that sum to the document's. */
  readonly lines: readonly L[];
}

/**
 * The VAT of a document: counted once a rate, over the sum of that rate's lines, rounded half up, and shared out to the
 * lines by largest remainder. Lines bring a VAT that was rounded line by line; only their rate is taken of it. What is
 * below zero is counted as its opposite, so that a credit note of all lines takes back exactly what the document had.
 */
export function documentVat<L extends Taxed>(lines: readonly L[]): DocumentVat<L> {
  const places = lines.map((line, place) => ({ line, place, rate: rateOf(line) }));
  const shared = [...lines];
  const sums: VatSum[] = [];
  const byRate = [...Map.groupBy(places, ({ rate }) => rate)].sort(([one], [other]) => other - one);
  for (const [rateBasisPoints, ofRate] of byRate) {
    const grossMinor = sum(ofRate.map(({ line }) => line.grossMinor));
    const sign = grossMinor < 0 ? -1 : 1;
    const vatMinor = sign * vatWithin(sign * grossMinor, rateBasisPoints);
    const shares = largestRemainder(ofRate.map(({ line }) => sign * line.grossMinor), rateBasisPoints, sign * vatMinor);
    ofRate.forEach(({ line, place }, index) => (shared[place] = { ...line, vatMinor: sign * shares[index]! || 0 }));
    sums.push({ rateBasisPoints, grossMinor, vatMinor: vatMinor || 0 });
  }
  return { vatMinor: sum(sums.map((each) => each.vatMinor)), sums, lines: shared };
}

/**
 * What a document's lines come to at each rate, the highest first: their shares are what was counted when it was made.
 */
export function sumsByRate(lines: readonly Taxed[]): VatSum[] {
  return [...Map.groupBy(lines, rateOf)].sort(([one], [other]) => other - one).map(([rateBasisPoints, of]) => ({
    rateBasisPoints,
    grossMinor: sum(of.map(({ grossMinor }) => grossMinor)),
    vatMinor: sum(of.map(({ vatMinor }) => vatMinor)),
  }));
}

/** Rates in use, the highest first: of two that fit an amount of a few ore, the usual one is taken. */
const RATES = [2_500, 1_500, 1_200, 600, 0];

/**
 * The rate of VAT that a line was counted with: lines tell amounts, no rates. A share of a document's VAT may differ by
 * one from the line's own.
 */
export function rateOf({ grossMinor, vatMinor }: Taxed): number {
  const [gross, vat] = [Math.abs(grossMinor), Math.abs(vatMinor)];
  const distance = (rate: number): number => Math.abs(vatWithin(gross, rate) - vat);
  const nearest = RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  if (distance(nearest) <= 1 || gross === vat) return nearest;
  return Math.round((vat * 10_000) / (gross - vat) / STEP) * STEP;
}

/** Rates of other countries come in halves of a percent. */
const STEP = 50;

/**
 * Shares of `total`: each gets its exact part rounded down, those that lost most by it one more; the first of equals.
 */
function largestRemainder(grosses: readonly number[], rateBasisPoints: number, total: number): number[] {
  const whole = BigInt(10_000 + rateBasisPoints);
  const parts = grosses.map((gross, index) => {
    const exact = BigInt(gross) * BigInt(rateBasisPoints);
    const remainder = ((exact % whole) + whole) % whole;
    return { index, share: Number((exact - remainder) / whole), remainder };
  });
  const missing = total - sum(parts.map(({ share }) => share));
  const raised = new Set(parts.toSorted((one, other) =>
    compare(other.remainder, one.remainder) || one.index - other.index)
    .slice(0, missing).map(({ index }) => index));
  return parts.map(({ index, share }) => share + (raised.has(index) ? 1 : 0));
}

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
