import type { FastifyInstance } from 'fastify';
import { SESSION_COOKIE } from '../access/credentials.ts';
import type { KeyRing } from '../access/key-ring.ts';
import { noValidKey } from '../access/require-keys.ts';
import { sendProblem } from '../service/problem.ts';

/**
 * POST /session: the status page hands in its key, and the browser sends it along from then on, out of scripts' reach.
 */
export function sessionRoute(app: FastifyInstance, keyRing: KeyRing): void {
  app.post<{ Body: { key: string } }>('/session', { schema: { body: SESSION, hide: true } }, async (request, reply) => {
    const { key } = request.body;
    if (keyRing.callerOf(key) === null) {
      reply.header('www-authenticate', 'Bearer realm="bomfri"');
      return sendProblem(reply, noValidKey);
    }
    const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
    reply.header('set-cookie', `${SESSION_COOKIE}=${key}; Path=/; HttpOnly; SameSite=Strict${secure}`);
    return reply.code(204).send();
  });
}

const SESSION = {
  type: 'object', required: ['key'], properties: { key: { type: 'string' } },
};
