/** Sixteen bytes at a step, where there may be fewer. */

/** All bits of the first sixteen, and none of the others. */
const masks: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** The first so many (0 to 16) of sixteen bytes, with 0 behind them. */
@inline
export function firstOf(sixteen: v128, count: usize): v128 {
  return v128.and(sixteen, v128.load(masks + 16 - count));
}

/** No bit is set. */
@inline
export function isNothing(sixteen: v128): bool {
  return !v128.any_true(sixteen);
}
