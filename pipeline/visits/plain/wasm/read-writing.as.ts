import { HAS_CANDIDATES, SAID_OTHERWISE } from '../../state/stay-format';
import { AT, CAMERA_ID, CANDIDATE_CONFIDENCES, CANDIDATES, CONFIDENCE, READ_ID, SAID } from '../read-parts';
import { putByte, putShare, putText, putTime } from './pen.as';
import { candidates, lengthOf, numberOf, textOf, words } from './read-at-hand.as';

/** The read at hand as a stay's row has it. */

export function putTextOf(which: i32): void {
  putText(textOf(which), lengthOf(which));
}

/** As one of a passage of its lane, in a stay of its plate. */
export function putRead(): void {
  const confidence = numberOf(CONFIDENCE);
  const said = numberOf(SAID);
  const count = candidates();
  putByte((count === 0 ? 0 : HAS_CANDIDATES) | (said === confidence ? 0 : SAID_OTHERWISE));
  putTextOf(READ_ID);
  putTextOf(CAMERA_ID);
  putTime(numberOf(AT));
  putByte(words());
  putShare(confidence);
  if (count > 0) {
    putByte(count);
    for (let i = 0; i < count; i++) {
      putTextOf(CANDIDATES + i);
      putShare(numberOf(CANDIDATE_CONFIDENCES + i));
    }
  }
  if (said !== confidence) putShare(said);
}
