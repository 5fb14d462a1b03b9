/** Slots that were found, each once: until the next search begins. */

/** Two words: how many, and where they stand. */
export const found: usize = memory.data(8, 4);
let room: i32 = 0;

export function findAnew(): void {
  store<i32>(found, 0);
}

/** Memory may grow. */
export function addFound(slot: i32): void {
  if (hasFound(slot)) return;
  const count = load<i32>(found);
  if (count == room) widen();
  store<i32>(load<usize>(found, SLOTS) + (usize(count) << 2), slot);
  store<i32>(found, count + 1);
}

export function hasFound(slot: i32): bool {
  const slots = load<usize>(found, SLOTS);
  const end = slots + (usize(load<i32>(found)) << 2);
  for (let at = slots; at < end; at += 4) if (load<i32>(at) == slot) return true;
  return false;
}

function widen(): void {
  const wider = max(FIRST_ROOM, 2 * room);
  const slots = heap.alloc(usize(wider) << 2);
  memory.copy(slots, load<usize>(found, SLOTS), usize(room) << 2);
  if (room > 0) heap.free(load<usize>(found, SLOTS));
  store<usize>(found, slots, SLOTS);
  room = wider;
}

const SLOTS: usize = 4;
const FIRST_ROOM: i32 = 64;
