/** Bounds what all requests in flight hold together, so that a slow log can't fill the memory. */
export interface ByteBudget {
  /** False: no room. Otherwise to be given back by `release`. */
  take(bytes: number): boolean;
  release(bytes: number): void;
  readonly taken: number;
}

export function newByteBudget(limitBytes: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > limitBytes) return false;
      taken += bytes;
      return true;
    },
    release(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}
