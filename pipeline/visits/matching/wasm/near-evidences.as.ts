import { HELD_LENGTH, HELD_PLATE_BYTES, LOST_TOGETHER, MOST_HELD } from '../shared-numbers';
import { haveCommonRest, isNear, sought } from './sought-plate.as';

/**
 * Two evidences held against each other, where neither is among many: of each the look-alike classes of its plates, the plate that was read
 * first, written by the caller, and how many they are.
 */
export const soughtPlates: usize = memory.data(HELD_PLATE_BYTES * MOST_HELD, 16);
export const storedPlates: usize = memory.data(HELD_PLATE_BYTES * MOST_HELD, 16);

/** Whether an index with the stored one's plates (`NearPlates`) would find it near any of the sought one's. */
export function areNear(soughtCount: i32, storedCount: i32): bool {
  for (let i = 0; i < soughtCount; i++) {
    const plate = soughtPlates + usize(HELD_PLATE_BYTES * i);
    const length: i32 = load<u8>(plate, HELD_LENGTH);
    if (length == 0) continue;
    v128.store(sought, v128.load(plate));
    for (let j = 0; j < storedCount; j++) {
      const other = storedPlates + usize(HELD_PLATE_BYTES * j);
      const otherLength: i32 = load<u8>(other, HELD_LENGTH);
      if (otherLength == 0 || abs(otherLength - length) > LOST_TOGETHER) continue;
      if (isNear(length, other, otherLength) && (i == 0 || haveCommonRest(length, other, otherLength))) return true;
    }
  }
  return false;
}
