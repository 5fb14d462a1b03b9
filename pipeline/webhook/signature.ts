import { Webhook } from 'standardwebhooks';

/**
 * The headers that make a message authentic, as Standard Webhooks has them: HMAC-SHA256 over id, time and body, once
 * with each secret that is valid, so that a receiver may know either.
 * @param secrets as `whsec_` and base64
 * @param at UTC ms, of the attempt
 */
export function signedHeaders(
  webhookId: string, body: string, secrets: readonly string[], at: number,
): Record<string, string> {
  const seconds = Math.floor(at / 1_000);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(webhookId, new Date(seconds * 1_000), body));
  return { 'webhook-id': webhookId, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}
