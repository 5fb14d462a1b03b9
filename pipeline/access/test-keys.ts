import type { ApiKey } from '../records/records.ts';
import { ALL_OPERATORS, newKeyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';
import type { SharedCounts } from './shared-counts.ts';
import { newToken, secretHash, tokenText } from './token.ts';

/** Keys for tests, without a log. */
export interface TestKeys {
  readonly keyRing: KeyRing;
  /** A new key's token; of the service itself unless `key` says otherwise. */
  issue(key?: Partial<ApiKey>): string;
  revoke(token: string): void;
}

/** @param operatorOf the operator of a garage */
export function newTestKeys(operatorOf: (garageId: string) => string = () => 'default'): TestKeys {
  const keys = new Map<string, ApiKey>();
  const idOf = (token: string): string => token.split('_')[1]!;
  return {
    keyRing: newKeyRing(keys, operatorOf),
    issue(key = {}) {
      const token = newToken();
      keys.set(token.keyId, {
        keyId: token.keyId, operatorId: ALL_OPERATORS, garages: [], name: '', secretHash: secretHash(token.secret),
        requestsPerSecond: 1_000, createdAt: 0, revokedAt: null, scopes: [], ...key,
      });
      return tokenText(token);
    },
    revoke: (token) => void keys.set(idOf(token), { ...keys.get(idOf(token))!, revokedAt: 1 }),
  };
}

/** Counts that never reach a limit. */
export const uncounted: SharedCounts = { add: () => ({ current: 0, ttl: 1_000 }), close() {} };
