import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyHoldsCardNumber, holdsCardNumber } from './card-number.ts';

/** Digits followed by their check digit. */
const cardNumbers = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 18 })
  .filter((digits) => digits.some((digit) => digit > 0))
  .map((digits) => {
    const sum = digits.toReversed().reduce((total, digit, place) => {
      const doubled = place % 2 === 0 ? digit * 2 : digit;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return [...digits, (10 - (sum % 10)) % 10];
  });
const separators = fc.constantFrom('', ' ', '-', '.', ' - ', '\u00a0', '\u2013', '/');

test('a card number is found however its digits are separated, and whatever stands around it', () => {
  fc.assert(fc.property(cardNumbers, separators, fc.string(), fc.string(), (digits, separator, before, after) => {
    assert.equal(holdsCardNumber(before + digits.join(separator) + after), true);
  }));
});

test('a card number is found in any field, however deep, as text, as a number and as a name', () => {
  for (const value of [
    { name: '4111 1111 1111 1111' }, { vehicles: [{ plate: '4111-1111-1111-1111' }] }, { phone: 4111111111111111 },
    { '4111111111111111': 'x' }, ['\uff14111111111111111'],
    { password: 'my card: 5555555555554444!' }, { phone: '+4111111111111111' },
  ]) assert.equal(anyHoldsCardNumber(value), true);
});

test('names, plates, e-mail addresses, phone numbers and times are no card numbers', () => {
  for (const value of [
    { name: 'Kari Nordmann', email: 'kari.1984@example.org', phone: '+47 912 34 567' }, { phone: '+4915123456786' },
    { plate: 'EL 12345' }, { from: '2026-09-01T00:00:00Z' },
    { token: 'aGVsbG8-d29ybGQ_MTIzNDU' }, '12345678901', null, 7, true,
  ]) assert.equal(anyHoldsCardNumber(value), false, JSON.stringify(value));
});

test('a row of digits that fails the check is no card number', () => {
  assert.equal(holdsCardNumber('411111111112'), false);
});
