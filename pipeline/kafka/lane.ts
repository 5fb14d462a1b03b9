import { isSilent, LogClosedError } from './broker-error.ts';
import type { Connection, Protocol } from './kafkajs.ts';

/**
 * One connection to each broker, opened when first used. A broker answers the requests of one connection one after
 * the other, so requests of one lane wait for each other and those of different lanes do not.
 */
export class Lane {
  private readonly open: (nodeId: number) => Connection;
  private readonly connections = new Map<number, { connection: Connection; ready: Promise<unknown> }>();
  private closed = false;

  constructor(open: (nodeId: number) => Connection) {
    this.open = open;
  }

  /** @throws a connection error, or {LogClosedError} the lane is closed */
  async send<T>(nodeId: number, protocol: Protocol<T>): Promise<T> {
    const connection = await this.connectionTo(nodeId);
    try {
      return await connection.send(protocol);
    } catch (error) {
      if (isSilent(error)) this.discard(nodeId, connection, error as Error);
      throw error;
    }
  }

  /** What is sent behind a request that is not answered would wait as long. */
  private discard(nodeId: number, connection: Connection, reason: Error): void {
    this.forget(nodeId, connection);
    connection.rejectRequests(reason);
    void connection.disconnect();
  }

  private async connectionTo(nodeId: number): Promise<Connection> {
    if (this.closed) throw new LogClosedError();
    let entry = this.connections.get(nodeId);
    if (entry === undefined) {
      // Never one that was connected before: kafkajs keeps half a response of the old one in its buffer.
      const connection = this.open(nodeId);
      entry = { connection, ready: connection.connect() };
      this.connections.set(nodeId, entry);
    }
    try {
      await entry.ready;
    } catch (error) {
      this.forget(nodeId, entry.connection);
      throw error;
    }
    if (!entry.connection.isConnected()) {
      this.forget(nodeId, entry.connection);
      return this.connectionTo(nodeId);
    }
    return entry.connection;
  }

  private forget(nodeId: number, connection: Connection): void {
    if (this.connections.get(nodeId)?.connection === connection) this.connections.delete(nodeId);
  }

  /** At once: what is under way is rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const open = [...this.connections.values()];
    this.connections.clear();
    await Promise.all(
      open.map(async ({ connection, ready }) => {
        await ready.catch(() => {});
        connection.rejectRequests(new LogClosedError());
        await connection.disconnect();
      }),
    );
  }
}
