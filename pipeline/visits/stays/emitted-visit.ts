import type { Visit } from '../../records/records.ts';

/** What of the last emitted revision must be known to see whether the next would differ. */
export type EmittedVisit = Pick<
  Visit,
  | 'revision' | 'status' | 'plate' | 'country' | 'entryReadId' | 'exitReadId' | 'firstSeenAt' | 'enteredAt' | 'exitedAt'
  | 'matchConfidence' | 'flags'
>;
