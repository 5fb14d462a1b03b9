import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import type { Loopback } from './addresses.ts';
import { AddressRefusedError, checkedLookup } from './checked-lookup.ts';
import { urlFault } from './endpoint-url.ts';
import { openResolve, type Resolve } from './resolve.ts';
import { RETRY_AFTER_MAX_MS, type Answer } from './stream.ts';

/** Posts a body, and answers what came of it; never throws for anything that an endpoint does. */
export interface Sender {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  close(): void;
}

export interface SenderOptions {
  readonly loopback: Loopback;
  readonly resolve?: Resolve;
  /** From the look-up to the last header of the answer. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** An answer's body is not looked at: so much of it is let pass, so that the connection can serve again. */
const BODY_MAX_BYTES = 16 * 1024;
const HEADERS_MAX_BYTES = 16 * 1024;

/**
 * Calls endpoints over HTTPS with their certificate checked; follows no redirect; connects only to addresses that were
 * checked (see `checkedLookup`). Connections are kept and used again, as far as they were made: to checked addresses.
 */
export function openSender({ loopback, resolve = openResolve(), timeoutMs = TIMEOUT_MS }: SenderOptions): Sender {
  const agents = { 'https:': new HttpsAgent({ keepAlive: true }), 'http:': new HttpAgent({ keepAlive: true }) };
  const lookup = checkedLookup(resolve, loopback);
  return {
    async post(address, headers, body) {
      // Checked when it was added, too; but a host that is an address itself is never looked up.
      if (urlFault(address, loopback) !== null) return failed('address_refused');
      const url = new URL(address);
      const isPlain = url.protocol === 'http:';
      const options: RequestOptions = {
        method: 'POST', lookup, maxHeaderSize: HEADERS_MAX_BYTES, signal: AbortSignal.timeout(timeoutMs),
        agent: agents[isPlain ? 'http:' : 'https:'],
        headers: {
          ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body),
          'user-agent': 'bomfri-webhooks',
        },
      };
      try {
        const request = (isPlain ? httpRequest : httpsRequest)(url, options);
        // What goes wrong after the answer is no news.
        request.on('error', () => {});
        request.end(body);
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        letPass(response);
        return answerOf(response);
      } catch (error) {
        return failed(problemOf(error));
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Answer {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'taken' };
  if (statusCode === 410) return { kind: 'gone' };
  // Not followed: where it leads was not checked, and is not what was configured.
  if (statusCode >= 300 && statusCode < 400) return failed('redirect');
  const retryAfter = statusCode === 429 || statusCode === 503 ? Number(headers['retry-after'] ?? 0) : 0;
  const retryAfterMs = Number.isFinite(retryAfter) ? Math.min(Math.max(0, retryAfter * 1_000), RETRY_AFTER_MAX_MS) : 0;
  return { kind: 'failed', problem: `http_${statusCode}`, answered: true, retryAfterMs };
}

function letPass(response: IncomingMessage): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) response.destroy();
  });
  // Its answer is known: how its body ends is no news.
  response.on('error', () => {});
}

function failed(problem: string): Answer {
  return { kind: 'failed', problem, answered: false, retryAfterMs: 0 };
}

/** A word for a failure: what the endpoint or its name server says is never quoted. */
function problemOf(error: unknown): string {
  if (error instanceof AddressRefusedError) return 'address_refused';
  const { name, code = '' } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  if (/^(ENOTFOUND|ENODATA|ETIMEOUT|ESERVFAIL|EREFUSED)$/.test(code)) return 'unknown_host';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'certificate';
  if (code.startsWith('HPE_')) return 'no_http';
  return 'no_connection';
}
