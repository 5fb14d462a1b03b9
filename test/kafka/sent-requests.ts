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

/** Sends it once more by a connection of its own, as one that was held up on its way, and waits until it is answered. */
export async function sendAgain({ frame, broker }: SentRequest): Promise<void> {
  const socket = net.connect(broker);
  try {
    socket.write(frame);
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
