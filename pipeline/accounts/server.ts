import { fastifyRateLimit } from '@fastify/rate-limit';
import { fastifySwagger } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Gateway } from '../payments/gateway.ts';
import { adminRoutes } from '../service/admin-server.ts';
import { newHttpServer } from '../service/http-server.ts';
import { addRoutes, sendProblem, type Problem } from '../service/problem.ts';
import type { Readiness } from '../service/readiness.ts';
import { accountRoutes, creationRoute } from './account-routes.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AccountWriter } from './account-writer.ts';
import { requireBearer } from './bearer.ts';
import { anyHoldsCardNumber } from './card-number.ts';
import { cardRoutes, landingRoutes } from './card-routes.ts';
import type { Passwords } from './passwords.ts';
import { answerRefusals, sendStandby } from './problems.ts';
import { sessionRoutes } from './session-routes.ts';

export interface AccountsParts {
  readonly writer: AccountWriter;
  readonly tokens: AccessTokens;
  readonly passwords: Passwords;
  readonly gateway: Gateway;
  /** IANA zone in which a card's month ends. */
  readonly zone: string;
  readonly publicUrl: string;
  /** ISO 4217, of the zero-sum Verify. */
  readonly currency: string;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly metrics: Registry;
  readonly logger: Logger;
}

const MAX_BODY_BYTES = 16 * 1024;

/** The accounts API, not listening yet. An instance that is not the writer answers 503 to all of it. */
export async function newAccountsServer(parts: AccountsParts): Promise<FastifyInstance> {
  const { writer, tokens, passwords, gateway, zone, metrics, readiness, logger } = parts;
  const app = newHttpServer({ logger, bodyLimit: MAX_BODY_BYTES });
  await app.register(fastifyRateLimit, { global: false });
  await app.register(fastifySwagger, { openapi: OPENAPI });
  addRoutes(app, async (open) => {
    adminRoutes(open, metrics, readiness);
    open.get('/v1/openapi.json', { schema: HIDDEN }, async () => app.swagger());
    open.register(async (api) => {
      answerRefusals(api);
      api.addHook('onRequest', async (_request, reply) => (writer.isActive ? undefined : sendStandby(reply)));
      api.addHook('preValidation', async (request, reply) => {
        if (anyHoldsCardNumber([request.body, request.query])) return sendProblem(reply, CARD_NUMBER);
      });
      creationRoute(api, writer, passwords);
      sessionRoutes(api, writer, tokens, passwords);
      landingRoutes(api);
      api.get('/.well-known/jwks.json', { schema: { summary: 'Public keys of the access tokens' } }, async () => tokens.publicKeys());
      api.register(async (own) => {
        requireBearer(own, tokens, writer.directory);
        accountRoutes(own, writer, passwords, zone);
        cardRoutes(own, writer, gateway, parts);
      });
    });
  });
  return app;
}

/** Not in the OpenAPI document. */
const HIDDEN = { hide: true } as object;

const CARD_NUMBER: Problem = {
  status: 400, title: 'Card number',
  detail: "Something in it looks like a payment card's number: a card is entered on the payment gateway's page alone.",
};

const OPENAPI = {
  info: { title: 'Bomfri accounts', description: "Drivers' accounts: vehicles, card, login.", version: '1' },
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
};
