import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Readiness } from './readiness.ts';

/**
 * GET /health/live (200 while the process answers at all) and /health/ready (200 or 503): also where clients ask, for those who
 * share them out.
 */
export function healthRoutes(app: FastifyInstance, readiness: Pick<Readiness, 'ready'>): void {
  app.get('/health/live', HIDDEN, async () => ({ status: 'live' }));
  app.get('/health/ready', HIDDEN, async (_request, reply) => {
    reply.code(readiness.ready ? 200 : 503);
    return { status: readiness.ready ? 'ready' : 'not ready' };
  });
}

/** The OpenAPI document is for clients. */
const HIDDEN = { schema: { hide: true } };

/** Health, and GET /metrics, on a port of its own: clients never reach it. */
export async function openAdminServer(
  at: { host: string; port: number },
  metrics: Registry,
  readiness: Pick<Readiness, 'ready'>,
): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true });
  healthRoutes(app, readiness);
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.metrics();
  });
  await listen(app, at);
  return app;
}

/**
 * Starts listening; port 0 takes a free one.
 * @throws {Error} that says what to do when the port is taken
 */
export async function listen(app: FastifyInstance, at: { host: string; port: number }): Promise<void> {
  try {
    await app.listen(at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${at.port} on ${at.host} is in use: end what listens there, or set BOMFRI_PORT_BASE to another first port`,
    );
  }
}
