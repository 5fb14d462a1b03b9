import net from 'node:net';

/**
 * Breaks a connection when a request that is picked was sent, before its answer comes.
 * @param picks told the request's API key and how many were broken before
 * @returns ends it and answers how many broke
 */
export function breakConnections(picks: (apiKey: number, broken: number) => boolean): () => number {
  const write = net.Socket.prototype.write;
  let broken = 0;
  net.Socket.prototype.write = function (this: net.Socket, ...args: unknown[]) {
    const [bytes] = args;
    const isPicked = Buffer.isBuffer(bytes) && bytes.length > 8 && picks(bytes.readInt16BE(4), broken);
    if (!isPicked) return Reflect.apply(write, this, args) as boolean;
    broken += 1;
    return Reflect.apply(write, this, [bytes, () => this.destroy(new Error('the connection broke'))]) as boolean;
  } as typeof write;
  return () => {
    net.Socket.prototype.write = write;
    return broken;
  };
}
