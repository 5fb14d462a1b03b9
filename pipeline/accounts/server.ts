import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Gateway } from '../payments/gateway.ts';
import { addRoutes } from '../service/add-routes.ts';
import { healthRoutes } from '../service/admin-server.ts';
import { newHttpServer } from '../service/http-server.ts';
import { describeApi } from '../service/openapi.ts';
import { sendProblem, type Problem } from '../service/problem.ts';
import type { Readiness } from '../service/readiness.ts';
import { accountRoutes, creationRoute } from './account-routes.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AccountWriter } from './account-writer.ts';
import { requireBearer } from './bearer.ts';
import { anyHoldsCardNumber } from './card-number.ts';
import { cardRoutes, landingRoutes } from './card-routes.ts';
import { documentRoutes, type DriverDocuments } from './document-routes.ts';
import { lookRoutes } from './look-routes.ts';
import type { Passwords } from './passwords.ts';
import { answerRefusals, sendStandby } from './problems.ts';
import { sessionRoutes } from './session-routes.ts';

export interface AccountsParts {
  readonly writer: AccountWriter;
  readonly tokens: AccessTokens;
  readonly passwords: Passwords;
  readonly gateway: Gateway;
  readonly documents: DriverDocuments;
  /** IANA zone in which a card's month ends. */
  readonly zone: string;
  readonly publicUrl: string;
  readonly trustedProxies: readonly string[];
  /** ISO 4217, of the zero-sum Verify. */
  readonly currency: string;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly logger: Logger;
}

const MAX_BODY_BYTES = 16 * 1024;

/** The accounts API, not listening yet. An instance that is not the writer answers 503 to all of it. */
export async function newAccountsServer(parts: AccountsParts): Promise<FastifyInstance> {
  const { writer, tokens, passwords, gateway, zone, readiness, logger } = parts;
  const app = newHttpServer({ logger, bodyLimit: MAX_BODY_BYTES, trustedProxies: parts.trustedProxies });
  await app.register(fastifyRateLimit, { global: false });
  describeApi(app, DESCRIPTION);
  addRoutes(app, async (open) => {
    healthRoutes(open, readiness);
    open.register(async (api) => {
      answerRefusals(api);
      api.addHook('onRequest', async (_request, reply) => (writer.isActive ? undefined : sendStandby(reply)));
      // Ids of documents hold rows of digits that may pass for a card's number by chance, and nothing
      // that is sent there is kept.
      api.register(async (own) => {
        requireBearer(own, tokens, writer.directory);
        documentRoutes(own, parts.documents, writer.directory, zone);
        lookRoutes(own, parts.documents.query);
      });
      api.register(async (kept) => {
        kept.addHook('preValidation', async (request, reply) => {
          if (anyHoldsCardNumber([request.body, request.query])) return sendProblem(reply, CARD_NUMBER);
        });
        creationRoute(kept, writer, passwords);
        sessionRoutes(kept, writer, tokens, passwords);
        landingRoutes(kept);
        const jwks = { tags: ['session'], summary: 'Public keys of the access tokens', security: [] };
        kept.get('/.well-known/jwks.json', { schema: jwks }, async () => tokens.publicKeys());
        kept.register(async (own) => {
          requireBearer(own, tokens, writer.directory);
          accountRoutes(own, writer, passwords, zone);
          cardRoutes(own, writer, gateway, parts);
        });
      });
    });
  });
  return app;
}

const CARD_NUMBER: Problem = {
  status: 400, title: 'Card number',
  detail: "Something in it looks like a payment card's number: a card is entered on the payment gateway's page alone.",
};

const DESCRIPTION = {
  title: 'Bomfri: accounts',
  description: "Drivers' accounts: sign-up, login, vehicles, card, payments and receipts. Whose account is meant "
    + "comes from the access token alone.",
  tags: [
    { name: 'account', description: "a driver's own account" },
    { name: 'card', description: "the account's one card, entered on the payment gateway's page alone" },
    { name: 'documents', description: 'payments, receipts, invoices and credit notes, out of the warehouse' },
    { name: 'session', description: 'logging in and going on' },
  ],
  security: ['bearer'],
} as const;
