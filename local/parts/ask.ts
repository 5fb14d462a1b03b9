import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 2_000;

/** Sends bytes to a port of this machine and gives the first bytes that come back. Rejects when none come. */
export function ask(port: number, question: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`port ${port} did not answer`)));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed without an answer`)));
  });
}

/** Whether a URL answers with a 2xx. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  await response.body?.cancel();
  return response.ok;
}
