import { forgetThoughts, sureTogether, think, thoughtAt, thoughtConfidence, thoughtCount } from './alike-vote.as';

/** The vote of reads alike for TypeScript: `../alike-vote.ts` is its caller. */

export { forgetThoughts, sureTogether, think, thoughtAt, thoughtConfidence, thoughtCount };

let room: usize = 0;
let roomBytes: i32 = 0;

/** Room for so many bytes, for what is asked next; what stood there is lost. Memory may grow. */
export function roomFor(bytes: i32): usize {
  if (bytes > roomBytes) {
    if (roomBytes > 0) heap.free(room);
    roomBytes = 2 * bytes;
    // What is compared is read beyond its end.
    room = heap.alloc(roomBytes + 8);
  }
  return room;
}
