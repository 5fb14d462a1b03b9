/**
 * Where the numbers stand that are told of an open row that is laid down: TypeScript and AssemblyScript (`wasm/`) both read them. Places are
 * counted from where it is laid down.
 */

/** Of the row: where the plate of the stay ends; where its entry begins, and where it ends. */
export const PLATE_END = 0;
export const ENTRY_AT = 1;
export const ENTRY_END = 2;
/** When the entry's first read was made and its last, ms UTC; where the last one's id and lane stand, and its two words. */
export const FIRST_SEEN_AT = 3;
export const ENTERED_AT = 4;
export const LAST_ID_AT = 5;
export const LANE_AT = 6;
export const WORDS = 7;
/** The number of its direction; what any of its reads has, or its vote. */
export const DIRECTION = 8;
export const ANY_PARTS = 9;
/** When the vehicle had been here shortly before, ms UTC; NaN: it had not. */
export const LAST_HERE_AT = 10;
/** Where the revision stands that was told last. */
export const REVISION_AT = 11;
export const OPEN_ROW_NUMBERS = 12;
