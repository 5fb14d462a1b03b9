import { MOST_BYTES, name, nameText, text } from './visit-name.as';

/** A visit's name from a text that its caller writes to `textAt`. */

export { nameText };

export function textAt(): usize {
  return text;
}

export function mostBytes(): i32 {
  return MOST_BYTES;
}

export function nameAt(): usize {
  return name;
}
