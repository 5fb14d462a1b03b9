import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail as the server got it. */
export interface ReceivedMail {
  readonly to: readonly string[];
  /** By lower-case name, unfolded and without encoded words. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly pdf: Buffer;
}

export interface TestMailServer {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  close(): Promise<void>;
}

export interface TestMailServerOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** What is answered to a recipient instead of yes: a reply code, and the text behind it. */
  readonly answers?: ReadonlyMap<string, readonly [number, string]>;
  readonly needsLogin?: boolean;
}

/** A real SMTP server that keeps what it takes over. */
export async function openMailServer(
  { port = 0, answers = new Map(), needsLogin = false }: TestMailServerOptions = {},
): Promise<TestMailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: !needsLogin, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 200,
    onAuth: (_auth, _session, callback) => callback(new Error('wrong password')),
    onRcptTo({ address }, _session, callback) {
      const answer = answers.get(address);
      if (answer === undefined) callback();
      else callback(Object.assign(new Error(answer[1]), { responseCode: answer[0] }));
    },
    onData(stream, { envelope }, callback) {
      void text(stream).then((raw) => {
        received.push(parsed(raw, envelope.rcptTo.map(({ address }) => address)));
        callback();
      });
    },
  });
  // A client that breaks off is no failure of the test.
  server.on('error', () => {});
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Enough of MIME for a text and one attachment. */
function parsed(raw: string, to: readonly string[]): ReceivedMail {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const headers = headersOf(head);
  const boundary = /boundary="?([^";]+)/.exec(headers.get('content-type') ?? '')![1]!;
  const parts = body.join('\r\n\r\n').split(`--${boundary}`).slice(1, -1).map((part) => {
    const [partHead = '', ...content] = part.trim().split('\r\n\r\n');
    return { headers: headersOf(partHead), content: content.join('\r\n\r\n') };
  });
  const pdf = parts.find((part) => part.headers.get('content-type')?.startsWith('application/pdf'))!;
  const plain = parts.find((part) => part.headers.get('content-type')?.startsWith('text/plain'))!;
  return { to, headers, text: decoded(plain).toString(), pdf: decoded(pdf) };
}

function decoded(part: { readonly headers: ReadonlyMap<string, string>; readonly content: string }): Buffer {
  switch (part.headers.get('content-transfer-encoding')) {
    case 'base64': return Buffer.from(part.content, 'base64');
    case 'quoted-printable': return quotedPrintable(part.content);
    default: return Buffer.from(part.content);
  }
}

function headersOf(head: string): Map<string, string> {
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(lines.map((line) => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), withoutEncodedWords(value.join(':').trim())];
  }));
}

/** RFC 2047. */
function withoutEncodedWords(value: string): string {
  return value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
    (kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quotedPrintable(word.replaceAll('_', ' '))).toString());
}

function quotedPrintable(content: string): Buffer {
  const bytes = content.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
