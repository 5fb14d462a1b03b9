/** Where the numbers stand that are told of a passage that grew in its bytes: TypeScript and AssemblyScript (`wasm/`) both read them. */

/** Its first read and its last one before, and the last of the stay's entry where that is another passage, ms UTC. */
export const FIRST_AT = 0;
export const LAST_AT = 1;
export const ENTERED_AT = 2;
/** 1: the vehicle was known to have been here shortly before. */
export const HAD_BEEN_HERE = 3;
/** 1: its vote speaks for the same plates as before; and as surely for each. */
export const SPEAKS_ALIKE = 4;
export const AS_SURELY = 5;
/** What its vote was and is: the parts, and where what they say stands, from the beginning of the open row and of the new one. */
export const WAS_PARTS = 6;
export const WAS_AT = 7;
export const IS_PARTS = 8;
export const IS_AT = 9;
/** Where the passage stands as it was before, from the beginning of the open row. */
export const PASSAGE_AT = 10;
export const GROWTH_NUMBERS = 11;
