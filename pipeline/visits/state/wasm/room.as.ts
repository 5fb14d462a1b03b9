/** Memory that begins where a line of the processor's cache begins: what is asked for at once then lies in as few lines as it can. */

const LINE: usize = 64;

/** So many bytes, all 0. */
export function zeroedLines(bytes: usize): usize {
  const at = lines(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/** So many bytes, whatever was in them. */
export function lines(bytes: usize): usize {
  return alignedTo(LINE, bytes);
}

/** @param step a power of two, 16 or more */
export function alignedTo(step: usize, bytes: usize): usize {
  const taken = heap.alloc(bytes + step);
  // The heap's own are multiples of 16, so that there is room before for where it was taken.
  const at = (taken + step) & ~(step - 1);
  store<usize>(at - sizeof<usize>(), taken);
  return at;
}

export function giveBack(at: usize): void {
  if (at != 0) heap.free(load<usize>(at - sizeof<usize>()));
}

/** As many bytes of it, in room for twice as many; what is behind them is 0. */
export function widened(at: usize, bytes: usize, to: usize): usize {
  const wider = lines(to);
  memory.copy(wider, at, bytes);
  memory.fill(wider + bytes, 0, to - bytes);
  giveBack(at);
  return wider;
}
