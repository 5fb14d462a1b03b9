/** Where what is found in a closed stay's row stands: what TypeScript and AssemblyScript (`wasm/`) both read, so plain numbers only. */

/** A longer row, or one of more reads, is for the codec. */
export const MOST_BYTES = 4096;
export const MOST_READS = 64;

/** Of the stay, in doubles: the last read of its entry, ms UTC; and how sure its visit is, 0 to 1. */
export const ENTERED_AT = 0;
export const MATCH_CONFIDENCE = 1;
/** In words: reads of the entry (those of the exit stand behind them); the status by its number; 1: the visit says the stay's plate. */
export const ENTRY_READS = 4;
export const STATUS = 5;
export const IS_OF_OWN_PLATE = 6;

/** Its reads stand behind that. */
export const READS_AT_BYTES = 32;
export const READ_BYTES = 32;
/** Of each, in doubles: when it was made, ms UTC; and the confidence that the camera gave. */
export const AT = 0;
export const SAID = 1;
/** In words: the hashes of its id, its camera (once it is forgotten that camera's number) and its lane; what stands in it, bit by bit. */
export const READ_ID_HASH = 4;
export const CAMERA = 5;
export const LANE_HASH = 6;
export const PARTS = 7;
