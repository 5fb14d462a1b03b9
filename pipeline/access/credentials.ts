import type { FastifyRequest } from 'fastify';

/**
 * The token that a request carries, not checked in any way; null when there is none.
 */
export type TokenOf = (request: Pick<FastifyRequest, 'headers' | 'query'>) => string | null;

/** For cameras that can be given nothing but an address. */
const KEY_PARAMETER = 'key';
export const SESSION_COOKIE = 'bomfri_key';

/** What a camera sends: headers, or the parameter `key` of the address. */
export const tokenOfCamera: TokenOf = (request) => tokenInHeaders(request) ?? tokenInAddress(request);

/** What a program or the status page sends: headers, or the page's cookie. */
export const tokenOfReader: TokenOf = (request) => tokenInHeaders(request) ?? tokenInCookies(request);

/** Authorization (Bearer, or Basic with the key as the password and any user name), else X-API-Key. */
const tokenInHeaders: TokenOf = ({ headers }) => {
  const { authorization } = headers;
  if (authorization === undefined) return typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : null;
  const match = /^(bearer|basic) +(\S+)$/i.exec(authorization);
  if (match === null) return null;
  if (match[1]!.toLowerCase() === 'bearer') return match[2]!;
  const pair = Buffer.from(match[2]!, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
};

const tokenInAddress: TokenOf = ({ query }) => {
  const parameter = (query as Record<string, unknown>)[KEY_PARAMETER];
  return typeof parameter === 'string' ? parameter : null;
};

const tokenInCookies: TokenOf = ({ headers }) => {
  for (const cookie of (headers.cookie ?? '').split(';')) {
    const [name, value] = cookie.trim().split('=');
    if (name === SESSION_COOKIE && value !== undefined) return value;
  }
  return null;
};
