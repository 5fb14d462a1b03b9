/** Slots that were found, each once. The caller reads the count and where they stand: they are its first two words. */
@unmanaged
export class FoundSlots {
  private count: i32;
  private slots: usize;
  private room: i32;

  constructor() {
    this.count = 0;
    this.room = FIRST_ROOM;
    this.slots = heap.alloc(usize(FIRST_ROOM) << 2);
  }

  @inline
  clear(): void {
    this.count = 0;
  }

  /** Memory may grow. */
  add(slot: i32): void {
    if (this.has(slot)) return;
    if (this.count == this.room) {
      this.room *= 2;
      this.slots = heap.realloc(this.slots, usize(this.room) << 2);
    }
    store<i32>(this.slots + (usize(this.count++) << 2), slot);
  }

  has(slot: i32): bool {
    const end = this.slots + (usize(this.count) << 2);
    for (let at = this.slots; at < end; at += 4) if (load<i32>(at) == slot) return true;
    return false;
  }
}

const FIRST_ROOM: i32 = 64;
