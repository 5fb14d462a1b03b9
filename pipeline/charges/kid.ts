/**
 * A KID, the payment reference of a Norwegian invoice: two digits of the partition whose task has made it, eight of a
 * number that the task gives once, and a check digit by MOD10 (Luhn). So a payment finds the task that knows its
 * invoice by the reference alone.
 */
export function kidOf(partition: number, number: number): string {
  const digits = String(partition).padStart(2, '0') + String(number).padStart(8, '0');
  return digits + checkDigit(digits);
}

/** Whether it is made of digits and the last of them is right. */
export function isKid(kid: string): boolean {
  return /^\d{2,25}$/.test(kid) && checkDigit(kid.slice(0, -1)) === kid.at(-1);
}

/** The partition whose task must know the KID; of what is none of ours the first, which says so. */
export function partitionOfKid(kid: string, partitions: number): number {
  const partition = isKid(kid) ? Number(kid.slice(0, 2)) : 0;
  return partition < partitions ? partition : 0;
}

function checkDigit(digits: string): string {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = Number(digits[digits.length - 1 - fromRight]) * (fromRight % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}
