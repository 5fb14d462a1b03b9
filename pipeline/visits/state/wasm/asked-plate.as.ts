import { LONG, PLATE_BYTES, SOUGHT_BYTES } from '../trace-numbers';

/** The plate that is asked for, packed (`../packed-plate.ts`): the caller puts it there. Behind it what `seekAsked` makes of it. */
export const asked: usize = memory.data(PLATE_BYTES + SOUGHT_BYTES + PLATE_BYTES, 16);

/** As `sought-plates.as.ts` has plates that are sought. */
export const askedAsSought: usize = asked + PLATE_BYTES;

/** It is too long, or of letters that no byte can say. */
@inline
export function isAskedLong(): bool {
  return load<u8>(asked) == LONG;
}

/** Makes it ready to be held against others. */
export function seekAsked(): void {
  const plate = v128.load(asked);
  v128.store(askedAsSought, plate);
  v128.store(askedAsSought, i64x2.splat(0), 16);
  v128.store(askedAsSought, i64x2.splat(0), 32);
  // Its letters; what stands behind them is 0, and is written behind the end.
  v128.store(askedAsSought + SOUGHT_BYTES - usize(load<u8>(asked)), i8x16.swizzle(plate, LETTERS));
}

/** 128: none. */
const LETTERS: v128 = i8x16(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -128);

/** By the code of a character: its look-alike class. */
export const classesOfBytes: usize = memory.data(0x100);

/** Writes the look-alike classes of its characters. @returns how many; 0: it is too long, or none */
export function writeAskedClasses(into: usize): i32 {
  const length = i32(load<u8>(asked));
  if (length == LONG) return 0;
  for (let i: usize = 0; i < usize(length); i++) store<u8>(into + i, load<u8>(classesOfBytes + usize(load<u8>(asked + 1 + i))));
  return length;
}

/** Whether the packed plate is the same; of two that are too long nothing tells which they are. */
@inline
export function isAsked(plate: usize): bool {
  return !v128.any_true(v128.xor(v128.load(plate), v128.load(asked)));
}
