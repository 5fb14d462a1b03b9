import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { normalisePlate } from '../records/plate.ts';
import { sendProblem } from '../service/problem.ts';
import type { Vehicle } from './account-rules.ts';
import { accountView } from './account-view.ts';
import type { AccountWriter } from './account-writer.ts';
import { bearerOf } from './bearer.ts';
import { changeAccount, changePassword, createAccount, endSession, eraseHolder, wrongCredentials } from './commands.ts';
import type { Passwords } from './passwords.ts';
import {
  accountAnswer, changeBody, confirmBody, createBody, openProblems, ownProblems, passwordBody,
} from './route-schemas.ts';
import { newId, requireAllowed } from './session-routes.ts';

interface Wishes {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly vehicles?: readonly Vehicle[];
  readonly switchedOn?: boolean;
  readonly password?: string;
}

const CREATIONS_OF_ADDRESS = { max: 300, timeWindow: '1 hour' };
/** Each tries a password. */
const CONFIRMATIONS_OF_ACCOUNT = { max: 10, timeWindow: '15 minutes' };

/** Making an account: the one thing that needs no login. */
export function creationRoute(app: FastifyInstance, writer: AccountWriter, passwords: Passwords): void {
  app.post<{ Body: Required<Omit<Wishes, 'switchedOn'>> }>('/v1/accounts', {
    schema: {
      tags: ['account'], summary: 'Make an account; it is inactive until it has a card',
      security: [], body: createBody, response: { 201: accountAnswer, ...openProblems },
    },
    config: { rateLimit: CREATIONS_OF_ADDRESS },
  }, async (request, reply) => {
    const { name, email, phone, password } = request.body;
    const vehicles = normalised(request.body.vehicles);
    if (vehicles === null) return sendNoPlate(reply);
    const accountId = newId();
    const passwordHash = await passwords.hash(password);
    const holder = { name: name.trim(), email: email.toLowerCase(), phone: plainPhone(phone), passwordHash };
    await writer.run(createAccount(accountId, holder, vehicles));
    return reply.code(201).send(viewOf(writer, accountId));
  });
}

/** A driver's own account: whose it is comes from the access token alone. */
export function accountRoutes(app: FastifyInstance, writer: AccountWriter, passwords: Passwords, zone: string): void {
  const confirmations = app.createRateLimit({
    ...CONFIRMATIONS_OF_ACCOUNT, keyGenerator: (request) => `password of ${bearerOf(request).accountId}`,
  });

  app.get('/v1/account', {
    schema: { tags: ['account'], summary: 'The account of who asks', response: { 200: accountAnswer, ...ownProblems } },
  }, async (request) => viewOf(writer, bearerOf(request).accountId));

  app.patch<{ Body: Wishes }>('/v1/account', {
    schema: {
      tags: ['account'], summary: 'Change what is named; vehicles are given as the whole new list',
      body: changeBody, response: { 200: accountAnswer, ...ownProblems },
    },
  }, async (request, reply) => {
    const { accountId } = bearerOf(request);
    const { name, email, phone, switchedOn, vehicles: given, password } = request.body;
    const vehicles = given && normalised(given);
    if (vehicles === null) return sendNoPlate(reply);
    if (email !== undefined) await confirmPassword(request, password ?? '');
    await writer.run(changeAccount(accountId, {
      ...(name === undefined ? {} : { name: name.trim() }),
      ...(email === undefined ? {} : { email: email.toLowerCase() }),
      ...(phone === undefined ? {} : { phone: plainPhone(phone) }),
      ...(vehicles === undefined ? {} : { vehicles }),
      ...(switchedOn === undefined ? {} : { switchedOn }),
    }, zone));
    return viewOf(writer, accountId);
  });

  app.put<{ Body: { password: string; newPassword: string } }>('/v1/account/password', {
    schema: {
      tags: ['account'], summary: 'Change the password; all other sessions end',
      body: passwordBody, response: ownProblems,
    },
  }, async (request, reply) => {
    const { accountId, sessionId } = bearerOf(request);
    await confirmPassword(request, request.body.password);
    await writer.run(changePassword(accountId, await passwords.hash(request.body.newPassword), sessionId));
    return reply.code(204).send();
  });

  app.delete<{ Body: { password: string } }>('/v1/account', {
    schema: {
      tags: ['account'], summary: 'Erase the holder; what is pending is still collected',
      body: confirmBody, response: ownProblems,
    },
  }, async (request, reply) => {
    await confirmPassword(request, request.body.password);
    await writer.run(eraseHolder(bearerOf(request).accountId));
    return reply.code(204).send();
  });

  app.delete('/v1/sessions/current', {
    schema: { tags: ['session'], summary: 'Log out', response: ownProblems },
  }, async (request, reply) => {
    const { accountId, sessionId } = bearerOf(request);
    await writer.run(endSession(accountId, sessionId));
    return reply.code(204).send();
  });

  /** A stolen access token alone must not be enough for what can not be taken back. */
  async function confirmPassword(request: FastifyRequest, password: string): Promise<void> {
    await requireAllowed(confirmations, request);
    const { passwordHash } = writer.directory.details(bearerOf(request).accountId)!;
    if (!(await passwords.isRight(password, passwordHash))) throw wrongCredentials();
  }
}

export function viewOf({ directory }: AccountWriter, accountId: string): object {
  return accountView(directory.account(accountId)!, directory.details(accountId)!, Date.now());
}

/** Vehicles as they are written everywhere, or null: one of the plates can be none. */
function normalised(vehicles: readonly Vehicle[]): Vehicle[] | null {
  const found = vehicles.map(({ country, plate }) => ({ country: country.toUpperCase(), ...normalisePlate(plate) }));
  return found.every((vehicle): vehicle is Vehicle => 'plate' in vehicle && vehicle.plate !== '') ? found : null;
}

function sendNoPlate(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    status: 400, title: 'Not a plate',
    detail: 'A plate has 1 to 16 letters and digits, with spaces or hyphens between them at most.',
  });
}

function plainPhone(phone: string): string {
  return phone.replace(/[^+\d]/g, '');
}
