// Takes Bomfri's webhooks, with nothing but Node: node webhook-receiver.mjs PORT FILE, the signing secrets in WEBHOOK_SECRETS.
// The file stands in for your database: a line of JSON for each record that was taken. TLS is left to the proxy in front.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = process.argv.slice(2);
const secrets = process.env.WEBHOOK_SECRETS.split(' ').map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
const TOLERANCE_SECONDS = 300;
const BODY_MAX_BYTES = 8 * 1024 * 1024;

/** Ids of what was taken: the same comes again after a crash on either side. */
const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
const taken = new Set(lines.map((line) => JSON.parse(line).webhookId));

/** Whether somebody who has one of the secrets sent exactly this body, not long ago. */
function isAuthentic(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!id || !/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1_000 - timestamp) > TOLERANCE_SECONDS) return false;
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest();
    return signatures.split(' ').some((signature) => {
      const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
      return signature.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
    });
  });
}

createServer(async (request, response) => {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  // The bytes as they came: parsed and written again they would be others.
  const body = Buffer.concat(chunks).toString('utf8');
  if (request.method !== 'POST' || !isAuthentic(request.headers, body)) return response.writeHead(401).end();
  const webhookId = request.headers['webhook-id'];
  if (!taken.has(webhookId)) {
    // Stored first, then answered. When it is read, of each id the highest revision counts.
    appendFileSync(file, `${JSON.stringify({ webhookId, ...JSON.parse(body) })}\n`, { flush: true });
    taken.add(webhookId);
  }
  response.writeHead(204).end();
}).listen(Number(port), '127.0.0.1', function () {
  console.log(`listening on ${this.address().port}`);
});
