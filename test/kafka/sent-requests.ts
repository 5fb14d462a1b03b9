import { once } from 'node:events';
import net from 'node:net';

export interface SentRequest {
  readonly apiKey: number;
  /** With its length before it, as it went over the wire. */
  readonly frame: Buffer;
  readonly broker: { readonly host: string; readonly port: number };
}

/**
 * Notes the requests that this process sends.
 * @returns ends it and answers them in the order in which they were sent
 */
export function noteRequests(): () => SentRequest[] {
  const write = net.Socket.prototype.write;
  const sent: SentRequest[] = [];
  net.Socket.prototype.write = function (this: net.Socket, ...args: unknown[]) {
    const [bytes] = args;
    if (Buffer.isBuffer(bytes) && bytes.length > 8) {
      const broker = { host: this.remoteAddress!, port: this.remotePort! };
      sent.push({ apiKey: bytes.readInt16BE(4), frame: Buffer.from(bytes), broker });
    }
    return Reflect.apply(write, this, args) as boolean;
  } as typeof write;
  return () => {
    net.Socket.prototype.write = write;
    return sent;
  };
}

/** Sends it again by a connection of its own, as one that was held up on its way, and waits until each is answered. */
export async function sendAgain({ frame, broker }: SentRequest, times = 1): Promise<void> {
  const socket = net.connect(broker);
  try {
    socket.write(Buffer.concat(Array<Buffer>(times).fill(frame)));
    let unread = Buffer.alloc(0);
    for (let answered = 0; answered < times; ) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      unread = Buffer.concat([unread, bytes]);
      for (let end; (end = endOfAnswer(unread)) !== null; answered += 1) unread = unread.subarray(end);
    }
  } finally {
    socket.destroy();
  }
}

/** Each stands behind its length; null: there is no whole one yet. */
function endOfAnswer(bytes: Buffer): number | null {
  const end = bytes.length < 4 ? Infinity : 4 + bytes.readInt32BE(0);
  return end > bytes.length ? null : end;
}
