/** What stands bit by bit in a stay's bytes: numbers only, for TypeScript and AssemblyScript (`../plain/wasm/`) both read them. */

export const STAY_FORMAT = 3;

/** The stay's first byte: what there is of it. */
export const HAS_ENTRY = 1;
export const HAS_EXIT = 2;
export const HAS_FOLLOWED = 4;
export const HAS_VISIT = 8;
export const HAS_IRREGULARITIES = 16;
export const IS_VOID = 32;
export const HAS_TURNED = 64;
export const CAME_BACK = 128;

/** A passage's first byte, its direction above them. */
export const IS_SINGLE = 1;
export const IS_DECIDED = 2;
export const IS_GIVEN = 4;
export const IS_RULED = 8;
export const DIRECTION_BITS = 4;
/** Beside the number of rivals, of whom there are fewer; never set by releases that did not know it. */
export const AMONG_ALIKE = 128;

/** A read's first byte. */
export const OTHER_PLATE = 1;
export const OTHER_COUNTRY = 2;
export const HAS_CANDIDATES = 4;
export const IS_REAR = 8;
export const OTHER_LANE = 16;
/** The confidence is worth something else than it says; never set by releases that did not know it. */
export const SAID_OTHERWISE = 32;

/** A visit's first byte. */
export const HAS_ENTRY_READ = 1;
export const HAS_EXIT_READ = 2;
export const HAS_OTHER_PLATE = 4;
export const IS_AS_SEEN = 8;

/** The length of a text that is not short, or not ASCII; a count that is not small. */
export const LONG = 255;
/** What stands in place of a time, or of a share, that its few bytes can't say: a number follows. */
export const NO_TIME = 0xffff;
export const NO_SHARE = 0xffff;
/** From here on a share is in ten-thousandths. */
export const FINER = 2000;
