import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { strictBodies } from './body-validation.ts';
import { answerError, answerProblems, problemBody, PROBLEM_TYPE } from './problem.ts';
import type { Problem } from './problem.ts';

/**
 * From a request's first byte to its last: two pictures over a poor line come through, and nobody
 * holds a place for longer.
 */
const REQUEST_MS = 30_000;
const HEADERS_MS = 5_000;
/** How late the two may be noticed. */
const CHECK_EVERY_MS = 1_000;
const HEADERS_MAX_BYTES = 16 * 1024;
/** How long a server that closes waits for answers under way: longer than a write waits for the brokers. */
const CLOSE_MS = 6_000;
const CONNECTIONS_MAX = 10_000;
/** So that one client alone, broken or hostile, leaves room for the others; a proxy needs far fewer. */
const CONNECTIONS_OF_ADDRESS_MAX = 4_000;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly bodyLimit: number;
  /**
   * Addresses or CIDR ranges whose X-Forwarded-For is believed: a request's address is then the client's, not theirs.
   */
  readonly trustedProxies?: readonly string[];
}

/**
 * A server that strangers may talk to, not listening yet: it bounds time, size and connections, and answers whatever
 * goes wrong as a problem, also before there is a request.
 */
export function newHttpServer({ logger, bodyLimit, trustedProxies = [] }: HttpServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_EVERY_MS, maxHeaderSize: HEADERS_MAX_BYTES },
    // Fields are only ever read by name, so a key named __proto__ harms nothing, and need not cost the whole batch.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    schemaController: strictBodies,
    genReqId: () => randomUUID(),
    // What comes while the server closes is still answered as ever: readiness has fallen before.
    return503OnClosing: false,
    clientErrorHandler: answerNoRequest,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply as never, logger),
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  boundConnectionsOfAddress(app);
  app.addHook('preClose', async () => {
    // Who has not sent all of a request by then is not waited for.
    setTimeout(() => app.server.closeAllConnections(), CLOSE_MS).unref();
  });
  answerProblems(app, logger);
  return app;
}

function boundConnectionsOfAddress(app: FastifyInstance): void {
  const connections = new Map<string, number>();
  app.server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (connections.get(address) ?? 0) + 1;
    connections.set(address, count);
    socket.once('close', () => {
      const left = connections.get(address)! - 1;
      if (left === 0) connections.delete(address);
      else connections.set(address, left);
    });
    if (count > CONNECTIONS_OF_ADDRESS_MAX) socket.destroy();
  });
}

/** What came was no request, or none that may be so large or so slow. */
function answerNoRequest(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const problem = noRequest(error.code);
  const body = JSON.stringify(problemBody(problem, randomUUID()));
  socket.write(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

function noRequest(code: string | undefined): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        title: 'Request timeout',
        detail: `Send headers within ${HEADERS_MS / 1000} s and all of it within ${REQUEST_MS / 1000} s.`,
      };
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        title: 'Request header fields too large',
        detail: `Send at most ${HEADERS_MAX_BYTES / 1024} KiB of headers.`,
      };
    default:
      return { status: 400, title: 'Bad request', detail: 'This is no HTTP/1.1 request.' };
  }
}
