import { PACKED_BYTES, PACKED_LONG } from '../../records/read-words.ts';

/** How reads stand in a lane's trace, for TypeScript and WebAssembly. */

/** An entry is its time, the slot, and the plate. */
export const ENTRY_BYTES = 32;
export const SLOT_AT = 8;
export const PLATE_AT = 12;
/** As a slot: it is taken away. */
export const TAKEN = -1;

/** More than nearly all plates have letters: of a longer one, or one of other letters than these bytes can say, it is kept that it is. */
export const PLATE_BYTES = PACKED_BYTES;
export const LONG = PACKED_LONG;

/** Two plates could be of one vehicle if so many characters stand in the same place. */
export const MOST_ALIKE = 3;
/** And so many may be lost before them where others are lost behind. */
export const MOST_LOST = 3;

/** Of a sought plate: a byte that says its length, then its first characters; and its last ones, which end where these bytes end. */
export const SOUGHT_BYTES = 48;
