import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose';

/** Who holds a valid access token. */
export interface Bearer {
  readonly accountId: string;
  readonly sessionId: string;
}

/**
 * Short-lived access tokens: JWTs signed with Ed25519. Private keys never leave the process's memory and are replaced
 * while it runs; with a restart or a takeover the tokens of before are good no more, and clients refresh. So there is
 * no key to keep, and none to steal from a disk. Other services check tokens by the public keys.
 */
export interface AccessTokens {
  sign(bearer: Bearer): Promise<string>;
  /** Null: not one of ours, or not any more. */
  verify(token: string): Promise<Bearer | null>;
  /** Public keys of all tokens that are still good, as RFC 7517 has them. */
  publicKeys(): JSONWebKeySet;
}

export const ACCESS_TOKEN_SECONDS = 600;
const KEY_MS = 3_600_000;
const ALGORITHM = 'EdDSA';
const ISSUER = 'bomfri-accounts';
const AUDIENCE = 'bomfri-drivers';

/** @param now the wall clock, UTC ms */
export async function openAccessTokens(now: () => number = Date.now): Promise<AccessTokens> {
  let keys: readonly Key[] = [await newKey(now())];
  let find = finderOf(keys);

  async function presentKey(): Promise<Key> {
    if (now() - keys[0]!.madeAt >= KEY_MS) {
      // The former one is needed for as long as a token that it signed can be good.
      keys = [await newKey(now()), keys[0]!];
      find = finderOf(keys);
    }
    return keys[0]!;
  }

  return {
    async sign({ accountId, sessionId }) {
      const { privateKey, jwk } = await presentKey();
      const seconds = Math.floor(now() / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid! })
        .setIssuer(ISSUER).setAudience(AUDIENCE).setSubject(accountId)
        .setIssuedAt(seconds).setExpirationTime(seconds + ACCESS_TOKEN_SECONDS)
        .sign(privateKey);
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, find, {
          issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], currentDate: new Date(now()),
        });
        return { accountId: String(payload.sub), sessionId: String(payload.sid) };
      } catch {
        return null;
      }
    },
    publicKeys: () => ({ keys: keys.map(({ jwk }) => jwk) }),
  };
}

interface Key {
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  readonly jwk: JWK;
  readonly madeAt: number;
}

async function newKey(madeAt: number): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519' });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk: { ...jwk, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(jwk) }, madeAt };
}

function finderOf(keys: readonly Key[]): JWTVerifyGetKey {
  return createLocalJWKSet({ keys: keys.map(({ jwk }) => jwk) });
}
