/** Something that the person at the keyboard can mend: the message is one sentence and says how. */
export class Trouble extends Error {
  override name = 'Trouble';
}
