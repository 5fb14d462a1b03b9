import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from './compose.ts';
import { DeferredMailError, RefusedMailError, SmtpAwayError } from './deliveries.ts';
import { openSmtp } from './smtp.ts';
import { openMailServer, type TestMailServerOptions } from './test-mail-server.ts';

const message: Message = {
  messageId: '<doc-1.1@documents.bomfri>', to: 'kari@example.org',
  replyTo: 'post@park.example', subject: 'Faktura 7 fra Åsgård', text: 'Hei Kari Ødegård\n',
  attachment: { filename: 'faktura-7.pdf', content: Buffer.from('%PDF-1.7 a file') },
};
const FROM = 'Bomfri <no-reply@bomfri.example>';

/** What sending comes to: null, or the error. */
async function sendTo(options: TestMailServerOptions, change: Partial<Message> = {}): Promise<Error | null> {
  const server = await openMailServer(options);
  const smtp = openSmtp(server.url, FROM);
  try {
    await smtp.send({ ...message, ...change });
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    smtp.close();
    await server.close();
  }
}

const answering = (code: number, text: string): TestMailServerOptions => ({
  answers: new Map([['kari@example.org', [code, text]]]),
});

test('a mail that the server takes over has its Message-ID, sender, seller to answer to, and its PDF', async () => {
  const server = await openMailServer();
  const smtp = openSmtp(server.url, FROM);
  await smtp.send(message);
  smtp.close();
  await server.close();
  const [mail] = server.received;
  assert.deepEqual(mail!.to, ['kari@example.org']);
  assert.deepEqual(['message-id', 'from', 'reply-to', 'subject', 'auto-submitted']
    .map((name) => mail!.headers.get(name)), [
    message.messageId, FROM, 'post@park.example', 'Faktura 7 fra Åsgård', 'auto-generated',
  ]);
  assert.equal(mail!.text.trim(), 'Hei Kari Ødegård');
  assert.equal(mail!.pdf.toString(), '%PDF-1.7 a file');
});

test('an address that the server does not know is refused for good, with its code and without the address', async () => {
  const error = await sendTo(answering(550, '5.1.1 <kari@example.org> unknown'));
  assert.ok(error instanceof RefusedMailError);
  assert.equal(error.code, '550');
  assert.ok(!error.message.includes('kari'));
});

test('what is no address is refused without asking anybody', async () => {
  assert.ok((await sendTo({}, { to: 'kari@example.org>\r\nRCPT TO:<x@y' })) instanceof RefusedMailError);
});

test('a full mailbox is tried again later, and so is what a policy refuses: relaying can be allowed', async () => {
  for (const [code, text] of [
    [452, '4.2.2 full'], [550, '5.7.1 relaying denied for <kari@example.org>'], [554, '5.7.26 not signed'],
  ] as const) {
    const error = await sendTo(answering(code, text));
    assert.ok(error instanceof DeferredMailError, `${code} ${text}`);
    assert.ok(!error.message.includes('kari'));
  }
});

test('a server that is not there, that wants a login or that is closing is away: not this mail is the trouble', async () => {
  const closed = await openMailServer();
  await closed.close();
  const smtp = openSmtp(closed.url, FROM);
  await assert.rejects(smtp.send(message), SmtpAwayError);
  smtp.close();
  assert.ok((await sendTo({ needsLogin: true })) instanceof SmtpAwayError);
  assert.ok((await sendTo(answering(421, '4.3.2 closing'))) instanceof SmtpAwayError);
});
