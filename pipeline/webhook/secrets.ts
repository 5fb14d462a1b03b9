import { createHash, randomBytes } from 'node:crypto';
import { compactDecrypt, CompactEncrypt } from 'jose';

/** Signing secrets as they are stored: a signature needs the secret itself, so it is encrypted, not hashed. */
export interface SecretBox {
  /** As a JWE that only this endpoint's record makes sense of. */
  seal(endpointId: string, secret: string): Promise<string>;
  /** @throws {SealedSecretError} sealed with another key, for another endpoint, or not at all */
  open(endpointId: string, sealed: string): Promise<string>;
}

export class SealedSecretError extends Error {
  override name = 'SealedSecretError';
}

export const KEY_BYTES = 32;

/** A new signing secret, as a receiver is given it. */
export function newSecret(): string {
  return `whsec_${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** @param key 256 bits, for AES-GCM */
export function openSecretBox(key: Uint8Array): SecretBox {
  // Tells a wrong key from a broken record, and nothing about the key.
  const kid = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return {
    seal: (endpointId, secret) => new CompactEncrypt(new TextEncoder().encode(secret))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, sub: endpointId })
      .encrypt(key),
    async open(endpointId, sealed) {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key).catch(() => {
        throw new SealedSecretError('a signing secret was sealed with another key than this process has');
      });
      if (protectedHeader.sub !== endpointId) throw new SealedSecretError("a signing secret is another endpoint's");
      return new TextDecoder().decode(plaintext);
    },
  };
}
