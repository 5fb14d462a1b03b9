/**
 * Where what is found in a CameraRead's bytes stands, for TypeScript and AssemblyScript (`wasm/`), so plain numbers only: words first, then
 * doubles, counted from 0 in each. Places are told from where bodies are put.
 */

/** Of its parts that reads repeat (where it was made, its country, the way it came): the part's number; where it begins and ends follow. */
export const ORIGIN = 0;
export const COUNTRY = 3;
export const WAY = 6;
/** Of a text: where it begins; where it ends follows. */
export const READ_ID = 9;
export const PLATE = 11;
/** As the schema counts. */
export const DIRECTION = 13;
/** Where they begin; 0: there are none. */
export const CANDIDATES = 14;
/** 1: readId and plate are. */
export const IS_ASCII = 15;
/**
 * Its plate in `PACKED_BYTES`: the length and the letters, a byte each, with 0 behind them; of one of more letters than have room only that
 * it is `PACKED_LONG`.
 */
export const PACKED_PLATE = 16;
export const PACKED_BYTES = 16;
export const PACKED_LONG = 0xff;
/** FNV-1a (`../engine/hashes.ts`). */
export const READ_ID_HASH = 20;
export const WORDS = 21;

/** As the camera gave it. */
export const CONFIDENCE = 0;
/** ms UTC */
export const CAPTURED_AT = 1;
export const RECEIVED_AT = 2;
export const NUMBERS = 3;
