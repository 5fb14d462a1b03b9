import { Channel } from './channel.as';
import { knownMisreads } from './known-misreads.as';
import { Text } from './prepared.as';

/** Which misreads a comparison asks for: all at once, for two of the same lengths take as long as one. */

/** Of each the plate, its length, what it is read as, and the length of that: two plates that were read, and five candidates of each. */
const asked: usize = memory.data(12 * 16, 16);
/** One alone is told twice. */
const told: usize = memory.data(13 * 8, 16);
let count: i32 = 0;

/** How likely a plate of these symbols is misread so. */
export function ask(plate: usize, plateLength: i32, read: Text): void {
  const at = asked + (usize(count) << 4);
  store<usize>(at, plate);
  store<i32>(at, plateLength, 4);
  store<usize>(at, read.symbols, 8);
  store<i32>(at, read.length, 12);
  count++;
}

/** All that were asked for are told now, and forgotten. */
export function tell(channel: Channel): void {
  for (let i = 0; i < count; i++) {
    const at = asked + (usize(i) << 4);
    const plateLength = load<i32>(at, 4);
    const readLength = load<i32>(at, 12);
    const isPair = i + 1 < count && plateLength == load<i32>(at, 20) && readLength == load<i32>(at, 28);
    const other = isPair ? at + 16 : at;
    const both = knownMisreads(channel, load<usize>(at), load<usize>(at, 8), load<usize>(other), load<usize>(other, 8), plateLength, readLength);
    v128.store(told + (usize(i) << 3), both);
    if (isPair) i++;
  }
  count = 0;
}

/** @param number of those that were asked for together, in that order */
// @ts-ignore: decorator
@inline
export function chanceTold(number: i32): f64 {
  return load<f64>(told + (usize(number) << 3));
}
