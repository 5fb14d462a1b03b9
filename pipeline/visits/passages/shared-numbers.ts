/** What TypeScript and AssemblyScript (`../plain/wasm/`) both read, so plain numbers only. */

/** More reads of a passage than this (a car parked before the camera) are dropped from its middle. */
export const MOST_READS = 64;
