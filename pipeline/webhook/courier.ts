import type { EngineClock } from '../engine/clock.ts';
import type { WebhookEndpoint } from '../records/records.ts';
import { validSecrets } from './endpoints.ts';
import type { Message } from './message.ts';
import { SealedSecretError, type SecretBox } from './secrets.ts';
import type { Sender } from './sender.ts';
import { signedHeaders } from './signature.ts';
import type { Answer } from './stream.ts';

/** One attempt to bring a message to an endpoint; never throws for anything that the endpoint does. */
export type Bring = (endpoint: WebhookEndpoint, message: Message) => Promise<Answer>;

export interface CourierParts {
  /** Null: this process has no key to open secrets with. */
  readonly box: () => SecretBox | null;
  readonly sender: Sender;
  readonly clock: EngineClock;
}

/** Signs a message with the endpoint's secrets, and posts it. */
export function courier({ box, sender, clock }: CourierParts): Bring {
  /** By what was sealed: opening takes longer than signing. */
  const opened = new Map<string, Promise<string>>();

  return async (endpoint, { webhookId, body }) => {
    const now = clock.wallMs();
    let secrets: string[];
    try {
      const valid = validSecrets(endpoint, now);
      secrets = await Promise.all(valid.map(({ sealed }) => secretOf(endpoint.endpointId, sealed)));
    } catch (error) {
      if (!(error instanceof SealedSecretError)) throw error;
      return { kind: 'failed', problem: 'secret_unreadable', answered: false, retryAfterMs: 0 };
    }
    return sender.post(endpoint.url, signedHeaders(webhookId, body, secrets, now), body);
  };

  async function secretOf(endpointId: string, sealed: string): Promise<string> {
    const key = `${endpointId} ${sealed}`;
    const known = opened.get(key);
    if (known !== undefined) return known;
    const present = box();
    if (present === null) throw new SealedSecretError('there is no key to open signing secrets with');
    const secret = present.open(endpointId, sealed);
    opened.set(key, secret);
    secret.catch(() => opened.delete(key));
    return secret;
  }
}
