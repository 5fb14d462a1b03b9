/** What a request says, behind its header. */
export interface RequestBody {
  /** Bytes. */
  size(): number;
  /** Writes them from `at` on. */
  writeTo(frame: Buffer, at: number): void;
}

/** kafkajs's Encoder, as it writes all requests but those of ours. */
interface EncodedBody {
  size(): number;
  readonly buffer: Buffer;
}

/** A request as kafkajs's connection asks for it. */
export interface UnframedRequest {
  readonly correlationId: number;
  readonly clientId: string;
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<RequestBody | EncodedBody> };
}

/**
 * A whole request, written once into as much memory as it takes. kafkajs copies it twice, each time into a zeroed buffer of
 * the next power of two: produce requests are large and come many a second, and all that memory is the collector's work.
 */
export async function requestFrame({ correlationId, clientId, request }: UnframedRequest): Promise<{ readonly buffer: Buffer }> {
  const { apiKey, apiVersion } = request;
  const body = await request.encode();
  const clientBytes = Buffer.byteLength(clientId);
  const bodyAt = HEADER_BYTES + clientBytes;
  const buffer = Buffer.allocUnsafe(bodyAt + body.size());
  buffer.writeInt32BE(buffer.length - LENGTH_BYTES, 0);
  buffer.writeInt16BE(apiKey, LENGTH_BYTES);
  buffer.writeInt16BE(apiVersion, LENGTH_BYTES + 2);
  buffer.writeInt32BE(correlationId, LENGTH_BYTES + 4);
  buffer.writeInt16BE(clientBytes, LENGTH_BYTES + 8);
  buffer.write(clientId, HEADER_BYTES);
  if ('writeTo' in body) body.writeTo(buffer, bodyAt);
  else body.buffer.copy(buffer, bodyAt);
  return { buffer };
}

const LENGTH_BYTES = 4;
/** The request's length, api, version, correlation id, and the length of the client id. */
const HEADER_BYTES = LENGTH_BYTES + 2 + 2 + 4 + 2;
