import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { MailTo } from '../records/records.ts';

/** A mail that is not sent yet. Holds no address. */
export interface Mail {
  readonly mailId: string;
  readonly accountId: string;
  readonly documentIds: readonly string[];
  /** nb or en; empty: the seller's. */
  readonly language: string;
  readonly to: MailTo;
}

export interface MailerState {
  /** By mail id, in the order in which they came. */
  readonly mails: Table<Mail>;
}

export function openMailerState(state: TaskState): MailerState {
  return { mails: state.table(1, mailCodec) };
}

const mailCodec = avroStateCodec<Mail>(1, {
  type: 'record', name: 'Mail', fields: [
    { name: 'mailId', type: 'string' }, { name: 'accountId', type: 'string' },
    { name: 'documentIds', type: { type: 'array', items: 'string' } }, { name: 'language', type: 'string' },
    { name: 'to', type: 'string' },
  ],
});
