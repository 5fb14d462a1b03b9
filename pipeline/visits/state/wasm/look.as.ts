import { HOLDS, LOOKED_PLATE } from '../place-numbers';
import { FoundSlots } from './found-slots.as';

/** What was found of the read at hand: it holds until something of it is another. */
export const looked: usize = memory.data(8, 4);

/** Slots of the stays that were read near it. */
export const nearby = new FoundSlots();

export function tellLooked(plate: i32): void {
  store<i32>(looked, 1, HOLDS);
  store<i32>(looked, plate, LOOKED_PLATE);
}

@inline
export function unlook(): void {
  store<i32>(looked, 0, HOLDS);
}

/** What was found would be another without that plate. */
@inline
export function unlookPlate(plate: i32): void {
  if (load<i32>(looked, LOOKED_PLATE) == plate) unlook();
}

/** Or without that stay's reads. */
@inline
export function unlookSlot(slot: i32): void {
  if (nearby.has(slot)) unlook();
}
