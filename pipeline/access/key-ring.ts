import type { ApiKey } from '../records/records.ts';
import { isSecretOf, parseToken, secretHash } from './token.ts';

/** Who sends a request, as the API key says. */
export interface Caller {
  readonly keyId: string;
  /** Whose key it is, as whoever made it wrote. */
  readonly name: string;
  readonly operatorId: string;
  /** The only garages that the key is for; empty: all of the operator. */
  readonly garages: readonly string[];
  readonly requestsPerSecond: number;
  /** All garages of all operators: the service itself. */
  readonly usesAll: boolean;
  /** Whether it may see plates of doubtful visits, and settle them. */
  readonly mayReview: boolean;
  /** Whether the garage is the operator's, and one that the key is for. */
  mayUse(garageId: string): boolean;
  /** False once the key was revoked. */
  isValid(): boolean;
}

export interface KeyRing {
  /** Null for what is no token, and for a key that is unknown, wrong or revoked: nobody is told which. */
  callerOf(token: string): Caller | null;
}

export const ALL_OPERATORS = '*';

/** Nobody has the secret of it. An unknown key is held against it, so that it takes as long as a known one. */
const NOBODYS_HASH = secretHash('');

/**
 * @param keys by keyId, as they are now
 * @param operatorOf the operator of a garage, as configured now
 */
export function newKeyRing(
  keys: { get(keyId: string): ApiKey | undefined }, operatorOf: (garageId: string) => string,
): KeyRing {
  const callers = new WeakMap<ApiKey, Caller>();
  return {
    callerOf(text) {
      const token = parseToken(text);
      if (token === null) return null;
      const key = keys.get(token.keyId);
      const isRight = isSecretOf(token.secret, key?.secretHash ?? NOBODYS_HASH);
      if (key === undefined || !isRight || key.revokedAt !== null) return null;
      let caller = callers.get(key);
      if (caller === undefined) callers.set(key, (caller = callerWith(key)));
      return caller;
    },
  };

  function callerWith({ keyId, name, operatorId, requestsPerSecond, garages, scopes }: ApiKey): Caller {
    const isOperator = (garageId: string): boolean =>
      operatorId === ALL_OPERATORS || operatorOf(garageId) === operatorId;
    const named = garages.length === 0 ? null : new Set(garages);
    return {
      keyId, name, operatorId, garages, requestsPerSecond,
      mayReview: scopes.includes('review'),
      usesAll: operatorId === ALL_OPERATORS && named === null,
      mayUse: (garageId) => (named === null || named.has(garageId)) && isOperator(garageId),
      isValid: () => keys.get(keyId)?.revokedAt === null,
    };
  }
}
