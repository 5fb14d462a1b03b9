import { createHash, randomBytes } from 'node:crypto';
import type { AccountDetails, AccountSession } from '../records/records.ts';

/**
 * A login is a session that may be refreshed for 30 days from its last refresh. Its refresh token is good once: each
 * refresh gives a new one. The one before, shown again, means that two hold the session, and ends it: whoever is in
 * the right logs in again. Only hashes are kept.
 */

export const SESSION_MS = 30 * 86_400_000;
/** A phone, a tablet, a browser at work, ...; a new login beyond that ends the oldest. */
export const SESSIONS_MAX = 10;

export interface RefreshToken {
  readonly accountId: string;
  readonly sessionId: string;
  /** The whole token, as the client shows it. */
  readonly text: string;
}

export function newRefreshToken(accountId: string, sessionId: string): RefreshToken {
  return { accountId, sessionId, text: [accountId, sessionId, randomBytes(32).toString('base64url')].join('.') };
}

/** The token that a client shows, or null when it can be none. */
export function readRefreshToken(text: string): RefreshToken | null {
  const parts = text.split('.');
  return parts.length === 3 ? { accountId: parts[0]!, sessionId: parts[1]!, text } : null;
}

function hashOf(token: RefreshToken): string {
  return createHash('sha256').update(token.text).digest('base64url');
}

/** The details with a session that begins now; those that are over, and the oldest beyond the most, are gone. */
export function withSession(details: AccountDetails, token: RefreshToken, now: number): AccountDetails {
  const session: AccountSession = {
    sessionId: token.sessionId, refreshHash: hashOf(token), spentHash: '', startedAt: now, expiresAt: now + SESSION_MS,
  };
  const going = details.sessions.filter(({ expiresAt }) => expiresAt > now);
  return { ...details, version: details.version + 1, sessions: [...going.slice(1 - SESSIONS_MAX), session] };
}

/**
 * What comes of a refresh: the session goes on with the next token; or it is over, because it was not there any more
 * (null: nothing changes), or because the token was spent before.
 */
export function refreshed(
  details: AccountDetails, shown: RefreshToken, next: RefreshToken, now: number,
): { readonly details: AccountDetails; readonly goesOn: boolean } | null {
  const session = details.sessions.find(({ sessionId }) => sessionId === shown.sessionId);
  if (session === undefined || session.expiresAt <= now) return null;
  const hash = hashOf(shown);
  if (hash === session.refreshHash) {
    const going = { ...session, refreshHash: hashOf(next), spentHash: hash, expiresAt: now + SESSION_MS };
    const sessions = details.sessions.map((each) => (each === session ? going : each));
    return { details: { ...details, version: details.version + 1, sessions }, goesOn: true };
  }
  return hash === session.spentHash ? { details: withoutSession(details, session.sessionId), goesOn: false } : null;
}

export function withoutSession(details: AccountDetails, sessionId: string): AccountDetails {
  const sessions = details.sessions.filter((session) => session.sessionId !== sessionId);
  return { ...details, version: details.version + 1, sessions };
}
