import { createTransport } from 'nodemailer';
import type { Message } from './compose.ts';
import { DeferredMailError, RefusedMailError, SmtpAwayError } from './deliveries.ts';

/** A mail server. */
export interface Smtp {
  /**
   * Resolves once the server has taken the mail over.
   * @throws {RefusedMailError} it refuses the recipient or the content for good (RFC 5321: 5yz)
   * @throws {DeferredMailError} it does not take this mail now (4yz)
   * @throws {SmtpAwayError} there is none, or it takes no mail at all
   */
  send(message: Message): Promise<void>;
  close(): void;
}

const CONNECTIONS = 2;
const TIMEOUT_MS = 30_000;

/** @param url smtp: or smtps: with the credentials, if any @param from RFC 5322, of all mails */
export function openSmtp(url: string, from: string): Smtp {
  const transport = createTransport({
    url, pool: true, maxConnections: CONNECTIONS, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS, disableFileAccess: true, disableUrlAccess: true,
  });
  return {
    async send({ messageId, to, replyTo, subject, text, attachment }) {
      try {
        await transport.sendMail({
          from, to: { name: '', address: to }, messageId, subject, text,
          ...(replyTo === '' ? {} : { replyTo: { name: '', address: replyTo } }),
          attachments: [{ ...attachment, contentType: 'application/pdf' }],
          // Nobody is to answer it by "I am on holiday" (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw sorted(error as SmtpError);
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** The server's own words may hold the address: only its codes are told. */
function sorted({ code = '', command = '', responseCode = 0, response = '' }: SmtpError): Error {
  const isOfThisMail = (command === 'RCPT TO' || command === 'DATA') && responseCode !== CLOSING;
  if (isOfThisMail && responseCode >= 500 && !POLICY.test(response)) return new RefusedMailError(String(responseCode));
  if (isOfThisMail && responseCode >= 400) {
    return new DeferredMailError(`the mail server defers it with ${responseCode}`);
  }
  // An address that is none, or more than the server says it takes: it need not be asked.
  const isNone = code === 'EENVELOPE' && command === 'API';
  if (isNone || (code === 'EMESSAGE' && command === 'MAIL FROM')) return new RefusedMailError(code);
  return new SmtpAwayError(
    `the mail server takes no mail now: ${[code, command, responseCode || ''].join(' ').trim()}`,
  );
}

/** RFC 5321: the server ends the connection, whatever it was asked. */
const CLOSING = 421;
/** RFC 3463, X.7: refused by policy, such as relaying denied: most often a setting of ours or theirs, and mended. */
const POLICY = /^5\d\d[ -]5\.7\.\d/;
