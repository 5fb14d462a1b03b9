import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.ts';
import type { AccountWriter } from './account-writer.ts';
import { beginSession, refreshSession, wrongCredentials } from './commands.ts';
import type { Passwords } from './passwords.ts';
import { sendUnauthorised, TooManyAttemptsError } from './problems.ts';
import { loginBody, openProblems, refreshBody, sessionAnswer } from './route-schemas.ts';
import { newRefreshToken, readRefreshToken, type RefreshToken } from './session-rules.ts';

interface Login {
  readonly email: string;
  readonly password: string;
}

const LOGIN_WINDOW = '15 minutes';
/** Of one e-mail address, right or wrong, known or not. */
const LOGINS_OF_EMAIL_MAX = 10;
/** Of one network address, behind which many may live. */
const LOGINS_OF_ADDRESS_MAX = 200;
const REFRESHES_OF_ADDRESS_MAX = 1_000;

/**
 * Logging in, and going on without a password. An unknown e-mail address is answered as a wrong password is, as late.
 */
export function sessionRoutes(
  app: FastifyInstance, writer: AccountWriter, tokens: AccessTokens, passwords: Passwords,
): void {
  const loginsOfEmail = app.createRateLimit({
    max: LOGINS_OF_EMAIL_MAX, timeWindow: LOGIN_WINDOW,
    keyGenerator: (request: FastifyRequest) => `email ${(request.body as Login).email.toLowerCase()}`,
  });

  const session = async (token: RefreshToken): Promise<object> => ({
    accountId: token.accountId,
    accessToken: await tokens.sign(token),
    expiresInSeconds: ACCESS_TOKEN_SECONDS,
    refreshToken: token.text,
  });

  app.post<{ Body: Login }>('/v1/sessions', {
    schema: {
      tags: ['session'], summary: 'Log in', security: [],
      body: loginBody, response: { 201: sessionAnswer, ...openProblems },
    },
    config: { rateLimit: { max: LOGINS_OF_ADDRESS_MAX, timeWindow: LOGIN_WINDOW } },
  }, async (request, reply) => {
    await requireAllowed(loginsOfEmail, request);
    const { email, password } = request.body;
    const accountId = writer.directory.accountOf(email.toLowerCase());
    const passwordHash = accountId === undefined ? null : writer.directory.details(accountId)!.passwordHash;
    const isRight = await passwords.isRight(password, passwordHash);
    if (!isRight || accountId === undefined || passwordHash === null) throw wrongCredentials();
    const token = newRefreshToken(accountId, newId());
    await writer.run(beginSession(token, passwordHash));
    return reply.code(201).header('cache-control', 'no-store').send(await session(token));
  });

  app.post<{ Body: { refreshToken: string } }>('/v1/sessions/refresh', {
    schema: {
      tags: ['session'],
      summary: 'Go on with a session: a refresh token is good once, and one that is shown again ends its session',
      security: [], body: refreshBody, response: { 200: sessionAnswer, ...openProblems },
    },
    config: { rateLimit: { max: REFRESHES_OF_ADDRESS_MAX, timeWindow: LOGIN_WINDOW } },
  }, async (request, reply) => {
    const shown = readRefreshToken(request.body.refreshToken);
    if (shown === null) return sendUnauthorised(reply);
    const next = newRefreshToken(shown.accountId, shown.sessionId);
    if (!(await writer.run(refreshSession(shown, next)))) return sendUnauthorised(reply);
    return reply.header('cache-control', 'no-store').send(await session(next));
  });
}

/** @throws {TooManyAttemptsError} */
export async function requireAllowed(limitOf: RateLimit, request: FastifyRequest): Promise<void> {
  const limit = await limitOf(request);
  if (!limit.isAllowed && limit.isExceeded) throw new TooManyAttemptsError(limit.ttlInSeconds);
}

type RateLimit = ReturnType<FastifyInstance['createRateLimit']>;

/** Letters, digits, - and _: too short a row of digits to be taken for a card number. */
export function newId(): string {
  return randomBytes(15).toString('base64url');
}
