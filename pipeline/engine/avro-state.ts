import type { StateCodec } from './state.ts';
import { encodeAvro, parseSchema } from '../records/codec.ts';

/**
 * A codec of state values by an Avro schema of their own, apart from the contracts in schemas/: what stands in a
 * changelog changes with `formatVersion` only.
 */
export function avroStateCodec<V>(formatVersion: number, schema: object | string): StateCodec<V> {
  const type = parseSchema(JSON.stringify(schema));
  return {
    formatVersion,
    encodeTo: (value, slab) => encodeAvro(type, value, slab),
    decode(bytes, version) {
      if (version !== formatVersion) throw new Error(`state in format ${version} can't be read, only in ${formatVersion}`);
      return type.fromBuffer(bytes);
    },
  };
}
