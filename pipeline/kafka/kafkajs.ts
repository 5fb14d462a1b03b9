import { createRequire } from 'node:module';
import { requestFrame, type RequestBody } from './request-frame.ts';

/**
 * The parts of kafkajs that are used: its connection and its protocol's requests and responses. They are no
 * public interface, so the version is pinned in package.json and by a test. Its cluster, producer, consumer and
 * their retries are not used: they lose and invent records (aborted transactions are delivered, positions skipped
 * in silence, commits not retried), and what replaces them is in this folder.
 */
const require = createRequire(import.meta.url);

/** A request with what reads its response, as kafkajs's connection takes it. */
export interface Protocol<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<Encoder | RequestBody>;
  };
  readonly response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
  /** ms; null: the connection's own. */
  readonly requestTimeout?: number;
}

/** kafkajs's Encoder, as far as it is used. */
export interface Encoder {
  readonly buffer: Buffer;
  size(): number;
  writeInt8(value: number): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: bigint): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntBytes(value: Buffer): Encoder;
  writeUVarIntString(value: string | null): Encoder;
}

export interface Connection {
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  isConnected(): boolean;
  send<T>(protocol: Protocol<T>): Promise<T>;
  rejectRequests(error: Error): void;
  readonly socket?: { destroy(error?: Error): void };
}

interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly logger: unknown;
  readonly socketFactory: unknown;
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
}

export const Encoder = require('kafkajs/src/protocol/encoder') as new (bytes?: number) => Encoder;

/** What members of a consumer group tell each other, in the form that Kafka's tools know. */
export const { MemberMetadata, MemberAssignment } = require('kafkajs/src/consumer/assignerProtocol') as {
  MemberMetadata: {
    encode(metadata: { version: number; topics: readonly string[]; userData: Buffer }): Buffer;
    decode(bytes: Buffer): { userData: Buffer };
  };
  MemberAssignment: {
    encode(share: { version: number; assignment: Record<string, readonly number[]> }): Buffer;
    decode(bytes: Buffer): { assignment: Record<string, number[]> } | null;
  };
};

const ConnectionClass = connectionOfOurs();
const socketFactory = (require('kafkajs/src/network/socketFactory') as () => unknown)();
const { createLogger, LEVELS } = require('kafkajs/src/loggers') as {
  createLogger(options: { level: number; logCreator: () => (entry: KafkajsLogEntry) => void }): unknown;
  LEVELS: { ERROR: number; WARN: number; DEBUG: number };
};
const { requests } = require('kafkajs/src/protocol/requests') as { requests: Record<string, RequestDefinition> };
const { errorCodes } = require('kafkajs/src/protocol/error') as { errorCodes: { type: string; code: number }[] };
const RequestQueue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueueInside };

/** kafkajs's connection once more, with our frame in the place of its own: what it needs it looks up when it is loaded. */
function connectionOfOurs(): new (options: ConnectionOptions) => Connection {
  const [frame, connection] = ['kafkajs/src/protocol/request', 'kafkajs/src/network/connection'].map((name) => require.resolve(name));
  const framed = require(frame!) as unknown;
  const known = require.cache[connection!];
  try {
    require.cache[frame!]!.exports = requestFrame;
    delete require.cache[connection!];
    return require(connection!) as new (options: ConnectionOptions) => Connection;
  } finally {
    require.cache[frame!]!.exports = framed;
    if (known === undefined) delete require.cache[connection!];
    else require.cache[connection!] = known;
  }
}

interface RequestDefinition {
  protocol(version: { version: number }): (fields: object) => Protocol<unknown>;
}

interface RequestQueueInside {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs's own arms a timer for a moment long past at every answered request, though nothing waits: Node warns of
 * it (TimeoutNegativeWarning) and the timers cost. This one arms it only when a request waits.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueueInside) {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const waitMs = Math.max(this.throttledUntil - Date.now(), PENDING_CHECK_MS);
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, waitMs);
};

const PENDING_CHECK_MS = 10;

export interface KafkajsLogEntry {
  readonly level: number;
  readonly namespace: string;
  readonly log: { readonly message: string; readonly broker?: string };
}

/**
 * A connection that is not open yet. kafkajs logs refused connections and error answers as errors, though all of
 * them come back to the caller as rejections and are handled there: whatever it says goes to `log`.
 */
export function createConnection(
  host: string, port: number, clientId: string, requestTimeout: number, connectionTimeout: number,
  log: (entry: KafkajsLogEntry) => void,
): Connection {
  const logger = createLogger({ level: LEVELS.ERROR, logCreator: () => log });
  return new ConnectionClass({ host, port, clientId, logger, socketFactory, requestTimeout, connectionTimeout });
}

/**
 * One of kafkajs's requests in a fixed version (each known to Kafka 2.8 and later, 4 included). Its response is
 * given back as decoded: kafkajs would throw the first error code it meets and hide those of other partitions.
 */
export function kafkajsRequest<T>(api: string, version: number, fields: object): Protocol<T> {
  const protocol = requests[api]!.protocol({ version })(fields) as Protocol<T>;
  return { ...protocol, response: { decode: protocol.response.decode, parse: async (decoded) => decoded } };
}

/** Kafka's name of an error code, e.g. NOT_LEADER_FOR_PARTITION. */
export function errorName(code: number): string {
  return errorCodes.find((known) => known.code === code)?.type ?? NEWER_ERRORS[code] ?? `error code ${code}`;
}

/** Those that came after kafkajs and may be answered to its requests. */
const NEWER_ERRORS: Record<number, string> = {
  89: 'THROTTLING_QUOTA_EXCEEDED', 90: 'PRODUCER_FENCED', 120: 'TRANSACTION_ABORTABLE',
};
