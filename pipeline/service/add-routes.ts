import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Adds routes, and answers the other methods of their addresses with 405 and Allow, before any body comes. */
export function addRoutes(app: FastifyInstance, routes: (app: FastifyInstance) => Promise<void>): void {
  app.register(async (inner) => {
    const methodsOf = new Map<string, string[]>();
    inner.addHook('onRoute', ({ url, method }) =>
      void methodsOf.set(url, [...(methodsOf.get(url) ?? []), method].flat()));
    inner.register(routes);
    inner.register(async (last) => {
      for (const [url, methods] of [...methodsOf]) refuseOtherMethods(last, url, methods);
    });
  });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function refuseOtherMethods(app: FastifyInstance, url: string, methods: readonly string[]): void {
  const allow = [...new Set(methods)].join(', ');
  const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('allow', allow);
    return sendProblem(reply, { status: 405, title: 'Method not allowed', detail: `This address takes ${allow}.` });
  };
  const others = METHODS.filter((method) => !methods.includes(method));
  app.route({ url, method: others, schema: { hide: true }, onRequest: refuse, handler: refuse });
}
