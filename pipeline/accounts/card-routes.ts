import type { FastifyInstance } from 'fastify';
import type { Gateway } from '../payments/gateway.ts';
import { newReference } from '../payments/references.ts';
import { viewOf } from './account-routes.ts';
import type { VerifiedCard } from './account-changes.ts';
import type { AccountWriter } from './account-writer.ts';
import { bearerOf } from './bearer.ts';
import { holdsCardNumber } from './card-number.ts';
import { beginCardRegistration, completeCardRegistration, removeCard } from './commands.ts';
import { RefusedError } from './refused.ts';
import { accountAnswer, ownProblems, registrationAnswer } from './route-schemas.ts';

/** Each makes an order at the gateway. */
const REGISTRATIONS_OF_ADDRESS = { max: 30, timeWindow: '15 minutes' };

/**
 * The account's one card. Its number is entered on the gateway's page and never comes here: only a token, a masked
 * number and the month it expires.
 * @param publicUrl where drivers reach this API; the gateway's page sends them back to it
 */
export function cardRoutes(
  app: FastifyInstance, writer: AccountWriter, gateway: Gateway,
  { zone, publicUrl, currency }: { zone: string; publicUrl: string; currency: string },
): void {
  app.post('/v1/account/card-registration', {
    schema: {
      tags: ['card'], summary: "Begin to register a card, on the payment gateway's page",
      response: { 201: registrationAnswer, ...ownProblems },
    },
    config: { rateLimit: REGISTRATIONS_OF_ADDRESS },
  }, async (request, reply) => {
    const reference = newReference();
    const back = (path: string): string => new URL(path, publicUrl).href;
    const { orderId, url } = await gateway.beginVerify({
      reference, currency, description: 'Card for parking',
      completeUrl: back('/v1/card-entered'), cancelUrl: back('/v1/card-not-entered'),
    });
    await writer.run(beginCardRegistration(bearerOf(request).accountId, reference, orderId));
    return reply.code(201).send({ url });
  });

  app.post('/v1/account/card-registration/complete', {
    schema: {
      tags: ['card'], summary: 'Take over the card that was entered; the same again changes nothing',
      response: { 200: accountAnswer, ...ownProblems },
    },
  }, async (request) => {
    const { accountId } = bearerOf(request);
    const { directory } = writer;
    const registration = directory.details(accountId)!.cardRegistration;
    if (registration === null) {
      if (directory.account(accountId)!.card !== null) return viewOf(writer, accountId);
      throw new RefusedError('No card registration is under way: begin one first.', 'no-card-registration');
    }
    // Whatever the driver's browser says, only the gateway knows.
    const verify = await gateway.verified(registration.orderId);
    if (verify.state === 'waiting') throw notVerified("No card is entered on the gateway's page yet.");
    if (verify.state === 'failed') throw notVerified('The card was not verified: begin again, with another one.');
    refuseCard(verify.card);
    await writer.run(completeCardRegistration(accountId, registration.orderId, verify.card, zone));
    return viewOf(writer, accountId);
  });

  app.delete('/v1/account/card', {
    schema: {
      tags: ['card'], summary: 'Remove the card; the account is inactive until it has another',
      response: { 200: accountAnswer, ...ownProblems },
    },
  }, async (request) => {
    const { accountId } = bearerOf(request);
    await writer.run(removeCard(accountId, zone));
    return viewOf(writer, accountId);
  });
}

/** @throws {RefusedError} a card of a scheme that is not taken, or one whose number the gateway has not masked */
function refuseCard({ brand, maskedNumber }: VerifiedCard): void {
  // A gateway that does not tell has let in what it was agreed to let in.
  if (brand !== '' && !TAKEN_BRANDS.test(brand)) {
    throw new RefusedError('Only Visa and Mastercard are taken: begin again, with another card.', 'card-not-taken');
  }
  if (holdsCardNumber(maskedNumber)) throw new RefusedError('The card can not be taken over now.', 'card-not-taken');
}

const TAKEN_BRANDS = /^(visa|master ?card)\b/i;

const notVerified = (message: string): RefusedError => new RefusedError(message, 'card-not-verified');

/** Where the gateway's page sends the driver's browser, which has no access token with it. */
export function landingRoutes(app: FastifyInstance): void {
  app.get('/v1/card-entered', { schema: { hide: true } }, async () =>
    'The card is entered. You can close this page.\n');
  app.get('/v1/card-not-entered', { schema: { hide: true } }, async () =>
    'No card was entered. You can close this page.\n');
}
