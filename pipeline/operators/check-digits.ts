/** Weights of the modulus 11 check, from the digit before the last to the first. */
const WEIGHTS = [2, 3, 4, 5, 6, 7];

/**
 * Whether the last digit is the check digit (modulus 11) of those before it, as in organisation
 * numbers and bank accounts.
 */
export function endsWithCheckDigit(digits: string): boolean {
  const [check, ...others] = [...digits].reverse().map(Number);
  const sum = others.reduce((total, digit, place) => total + digit * WEIGHTS[place % WEIGHTS.length]!, 0);
  return check === (11 - (sum % 11)) % 11;
}
