/** Where what is known of a stay and of a plate stands, in bytes: for TypeScript and AssemblyScript (`wasm/`), so plain numbers only. */

/** No number of a plate. */
export const NO_PLATE = -1;
/** No slot of a stay. */
export const NO_SLOT = -1;
/** In place of a slot: several stays are due. */
export const SEVERAL = -2;
/** In place of a plate's number: what was to be forgotten was not remembered. */
export const NOT_THERE = -2;
/** As a due time: never, for the stay is deleted. */
export const NO_STAY = -1;

/** Of a stay: half a line of the processor's cache. `StayColumns` says what they are. */
export const STAY_BYTES = 32;
export const DUE_AT = 0;
export const LAST_SEEN_AT = 8;
export const LEFT_AT = 16;
export const INSIDE = 24;
export const PLATE = 28;

/** Of a plate: a line of the cache has it all. `PlateStays` says what they are. */
export const RECORD_BYTES = 64;
export const GARAGE = 0;
export const FLAGS = 4;
export const FIRST_SLOT = 8;
export const LAST_SLOT = 12;
export const ENDED_AT = 16;
export const OPEN_SLOT = 24;
export const ENDED_LAST = 28;
export const COUNTRY = 32;
export const PACKED = 48;

/** Of the flags. */
export const IS_SUMMED = 1;
export const ARE_PLAIN = 2;

/** Of what a look found (`wasm/look.as.ts`). */
export const HOLDS = 0;
export const LOOKED_PLATE = 4;
