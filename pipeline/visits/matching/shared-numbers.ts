/** What TypeScript and AssemblyScript (`wasm/`) both read, so plain numbers only. */

/** Symbols run from 0 to this, exclusive. */
export const SYMBOLS = 64;
export const FIRST_DIGIT = 26;
export const AFTER_LAST_DIGIT = 36;
/** Longer plates are compared by so many characters of their beginning: the contract allows no longer ones. */
export const LONGEST_PLATE = 16;
/** Two misreads of one plate, by different cameras, are the same text with this chance. */
export const SAME_MISREAD = 0.05;
/** P(two readings | one vehicle), in units of what two unrelated vehicles are: from here on it might speak for one vehicle. */
export const EXPLAINED_FROM = 0.5;
/** Plates of a fleet are at most so many numbers apart. */
export const FURTHEST_NEIGHBOUR = 30;
/** And at most so many letters, where they are counted on in the last letter: as far as a digit can be from another. */
export const FURTHEST_LETTER = 9;
/** Shorter plates are not counted on; where so many letters stand at the end, it is by the last of them. */
export const SHORTEST_COUNTED_ON = 4;
export const LETTERS_COUNTED_ON = 3;
/** More candidates of a read than the likeliest five tell nothing more. */
export const MOST_CANDIDATES = 5;
/** A candidate weighs as much as its confidence and this: those of no confidence may be it too. */
export const LEAST_WEIGHT = 0.05;
/** No row of a stay that is read in the module (`wasm/row-reading.as.ts`) has more bytes. */
export const ROW_BYTES = 512;
/** So many characters lost together at one end are one misread. */
export const LOST_TOGETHER = 3;
/** Among near plates: nobody's; and in place of a place, that there is none. */
export const NO_ID = -1;
export const NO_PLACE = -1;
/** Steps of a confidence at which it is known what it is worth. */
export const RIGHT_STEPS = 20;
/** By how many quarters of a second they are apart it is known how unlike reads are that are surely of two vehicles; and so up to so many. */
export const UNLIKE_STEP_MS = 250;
export const UNLIKE_STEPS = 1024;
/** What is said there of a stay's reads in place of how many candidates the next one near has. */
export const NONE_IS_NEAR = -1;
export const MAY_BE_LINKED = -2;
/** Of two evidences held against each other: their plates' classes begin every so many bytes, and so far behind that stands their number. */
export const MOST_HELD = 16;
export const HELD_PLATE_BYTES = 32;
export const HELD_LENGTH = 24;
