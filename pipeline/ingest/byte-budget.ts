/** Bounds what all requests in flight hold together, so that a slow log can't fill the memory. */
export interface ByteBudget {
  /** False: no room, or none for this holder. Otherwise to be given back by `release`. */
  take(holder: string, bytes: number): boolean;
  release(holder: string, bytes: number): void;
  readonly taken: number;
}

/** @param shareBytes what one holder may have at most, so that it leaves room for the others */
export function newByteBudget(limitBytes: number, shareBytes: number): ByteBudget {
  let taken = 0;
  const holders = new Map<string, number>();
  return {
    take(holder, bytes) {
      const held = holders.get(holder) ?? 0;
      if (taken + bytes > limitBytes || held + bytes > shareBytes) return false;
      taken += bytes;
      holders.set(holder, held + bytes);
      return true;
    },
    release(holder, bytes) {
      taken -= bytes;
      const left = holders.get(holder)! - bytes;
      if (left === 0) holders.delete(holder);
      else holders.set(holder, left);
    },
    get taken() {
      return taken;
    },
  };
}
