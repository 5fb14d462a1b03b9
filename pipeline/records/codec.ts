import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import type { SchemaName } from '../../topics/topics.ts';
import { decodeCameraRead } from './camera-read-decoder.ts';
import { HEADER_BYTES } from './framing.ts';
import type { RecordOf } from './records.ts';
import type { KeyAndValue, Slab } from './slab.ts';
import { encodeIrregularity, encodeVisit } from './visit-encoder.ts';

/** Decoding resolves the writer's schema to ours; encoding always uses ours. */
export interface Codec<T> {
  encode(value: T): Buffer;
  /** The same bytes, at the slab's end. */
  encodeTo(value: T, slab: Slab): void;
  /**
   * @param start of the record in the bytes, if they hold more, and do not change any more @param end likewise
   * @throws {UndecodableError} the bytes are no record of this schema: a dead letter
   * @throws {UnknownWriterError} the writer's schema was not met before: learn it, then decode again
   */
  decode(bytes: Buffer, start?: number, end?: number): T;
}

/** The bytes are no record of the topic's schema, and never will be. */
export class UndecodableError extends Error {
  override name = 'UndecodableError';
}

/** A schema id that this process has not met; `learn` asks the registry for it. */
export class UnknownWriterError extends Error {
  override name = 'UnknownWriterError';
  readonly learn: () => Promise<void>;
  constructor(schemaId: number, learn: () => Promise<void>) {
    super(`schema id ${schemaId} is not known yet`);
    this.learn = learn;
  }
}

/** Decodes, once more when a writer's schema had to be learnt. @throws {UndecodableError} as `decode` and `learn` do */
export async function learning<T>(decode: () => T): Promise<T> {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof UnknownWriterError)) throw error;
    await error.learn();
    return decode();
  }
}

/** Where schema ids come from: the registry in service, a fixed list in the simulation. */
export interface SchemaIds {
  /** The id under which our own schema of this name is registered. */
  own(schema: SchemaName): number;
  /** The writer's schema as JSON text. @throws {UndecodableError} no such id */
  fetch(schemaId: number): Promise<string>;
}

/** The text of `schemas/<name>.avsc`. */
export function schemaText(name: SchemaName): string {
  return readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), 'utf8');
}

/** Parses an Avro schema; unions are wrapped, so that a record's type is always named. */
export function parseSchema(text: string): avsc.Type {
  return avsc.Type.forSchema(JSON.parse(text), { wrapUnions: 'auto' });
}

/** The value's Avro body, at the slab's end. */
export function encodeAvro(type: avsc.Type, value: unknown, slab: Slab): void {
  let end = type.encode(value, slab.bytes, slab.end);
  // Negative: minus the bytes that lacked.
  for (; end < 0; end = type.encode(value, slab.bytes, slab.end)) slab.reserve(slab.bytes.length - slab.end - end);
  slab.end = end;
}

/** The codec of one schema of `schemas/`. */
export function openCodec<N extends SchemaName>(name: N, ids: SchemaIds): Codec<RecordOf[N]> {
  return new FramedCodec<RecordOf[N]>(ownType(name), ids.own(name), ids, byHand[name] ?? {});
}

/** Of the schemas of `schemas/`, made once each: avsc compiles a type, and most are opened by several parts of a process. */
const ownTypes = new Map<SchemaName, avsc.Type>();

function ownType(name: SchemaName): avsc.Type {
  let type = ownTypes.get(name);
  if (type === undefined) ownTypes.set(name, (type = parseSchema(schemaText(name))));
  return type;
}

/**
 * Writes what `openCodec(name, ids)` puts before a record's Avro body: a value that its teller has written begins with as much room
 * for it.
 */
export function headerWriter(name: SchemaName, ids: SchemaIds): (written: KeyAndValue) => void {
  const schemaId = ids.own(name);
  return ({ bytes, valueAt }) => {
    bytes.setUint8(valueAt, 0);
    bytes.setInt32(valueAt + 1, schemaId);
  };
}

/** Records that pass by the million have a way by hand beside avsc's, held to the same bytes by its tests. */
interface ByHand<T> {
  encodeTo?(value: T, slab: Slab): void;
  /** Null: not plain, for avsc. */
  decode?(bytes: Buffer, start: number, end: number): T | null;
}

const byHand: { readonly [N in SchemaName]?: ByHand<RecordOf[N]> } = {
  CameraRead: { decode: decodeCameraRead },
  Visit: { encodeTo: encodeVisit },
  Irregularity: { encodeTo: encodeIrregularity },
};

class FramedCodec<T> implements Codec<T> {
  private readonly type: avsc.Type;
  private readonly header: Buffer;
  private readonly ids: SchemaIds;
  private readonly resolvers = new Map<number, avsc.Resolver | null>();
  private readonly ownId: number;
  private readonly byHand: ByHand<T>;
  /** None before the first record: who only decodes needs none. */
  private slab = Buffer.alloc(0);
  private slabUsed = 0;

  constructor(type: avsc.Type, ownId: number, ids: SchemaIds, byHand: ByHand<T>) {
    this.type = type;
    this.ownId = ownId;
    this.byHand = byHand;
    this.header = headerOf(ownId);
    this.ids = ids;
    this.resolvers.set(ownId, null);
  }

  encode(value: T): Buffer {
    let end = this.tryEncode(value);
    // A full slab makes room for a new one; a negative end is minus the bytes that lacked.
    for (let slabBytes = SLAB_BYTES; end < 0; slabBytes = HEADER_BYTES + this.slab.length - end) {
      this.slab = Buffer.allocUnsafe(slabBytes);
      this.slabUsed = 0;
      end = this.tryEncode(value);
    }
    const bytes = this.slab.subarray(this.slabUsed, end);
    this.slabUsed = end;
    bytes.set(this.header);
    return bytes;
  }

  encodeTo(value: T, slab: Slab): void {
    slab.append(this.header);
    if (this.byHand.encodeTo !== undefined) this.byHand.encodeTo(value, slab);
    else encodeAvro(this.type, value, slab);
  }

  /** Writes the body after room for the header; answers its end, or minus the bytes that lacked. */
  private tryEncode(value: T): number {
    const start = this.slabUsed + HEADER_BYTES;
    return start > this.slab.length ? -start : this.type.encode(value, this.slab, start);
  }

  decode(bytes: Buffer, start = 0, end = bytes.length): T {
    if (end < start + HEADER_BYTES || bytes[start] !== 0) {
      throw new UndecodableError('no Avro record in Confluent framing');
    }
    const schemaId = bytes.readInt32BE(start + 1);
    if (schemaId === this.ownId && this.byHand.decode !== undefined) {
      const value = this.byHand.decode(bytes, start + HEADER_BYTES, end);
      if (value !== null) return value;
    }
    return this.decodeByAvsc(bytes.subarray(start, end), schemaId);
  }

  private decodeByAvsc(bytes: Buffer, schemaId: number): T {
    const resolver = this.resolvers.get(schemaId);
    if (resolver === undefined) {
      throw new UnknownWriterError(schemaId, () => this.learn(schemaId));
    }
    const { value, offset } = this.tryDecode(bytes, resolver);
    // A body that is cut off ends at offset -1, one with bytes left over before the end.
    if (offset !== bytes.length) throw new UndecodableError(`not a valid record of schema id ${schemaId}`);
    return value;
  }

  private tryDecode(bytes: Buffer, resolver: avsc.Resolver | null): { value: T; offset: number } {
    try {
      return this.type.decode(bytes, HEADER_BYTES, resolver ?? undefined);
    } catch {
      // avsc's own message may quote the value, and a plate with it.
      return { value: undefined as T, offset: -1 };
    }
  }

  private async learn(schemaId: number): Promise<void> {
    const text = await this.ids.fetch(schemaId);
    try {
      this.resolvers.set(schemaId, this.type.createResolver(parseSchema(text)));
    } catch {
      throw new UndecodableError(`schema id ${schemaId} can't be read as ${this.type.name ?? 'this union'}`);
    }
  }
}

function headerOf(schemaId: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(schemaId, 1);
  return header;
}

const SLAB_BYTES = 256 * 1024;
