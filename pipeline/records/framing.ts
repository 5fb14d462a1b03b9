/**
 * Confluent framing: a zero byte, the writer's schema id as int32, then the Avro body. So many bytes stand before that; a plain
 * number, for AssemblyScript reads it as well (`../visits/plain/wasm/`).
 */
export const HEADER_BYTES = 5;
