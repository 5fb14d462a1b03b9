import { topics } from '../../topics/topics.ts';
import { deadLetter } from '../engine/dead-letters.ts';
import type { Log, LogRecord, OutRecord } from '../engine/log.ts';
import { learning, openCodec, UndecodableError, type SchemaIds } from '../records/codec.ts';
import type { Control } from '../records/records.ts';
import { PAYMENT_TROUBLE } from './account-changes.ts';
import {
  blockAccount, blockForTrouble, eraseDormant, eraseHolder,
  forgetPast, unblockAccount, unblockAfterTrouble, type Command,
} from './commands.ts';

/** A control record of parking.accounts.control, as the writer's next command. */
export interface ControlJob {
  readonly offset: number;
  /** Whom it is about; empty: it can not be read. */
  readonly accountId: string;
  readonly command: Command<void>;
  deadLetter(reason: string, message: string): OutRecord;
}

export interface Controls {
  /** The first offset that the group has not committed. */
  position(group: string): Promise<number>;
  /** Hands over record after record from there, until the signal aborts. @throws when the log can't be read */
  follow(from: number, signal: AbortSignal, handOver: (job: ControlJob) => void): Promise<void>;
}

/**
 * Blocks and unblocks: by charges after payment trouble, by staff as they see fit. What is over is
 * forgotten at privacy's word.
 */
export function openControls(log: Log, ids: SchemaIds, zone: string): Controls {
  const codec = openCodec('Control', ids);
  return {
    async position(group) {
      const [committed] = await log.groupOffsets(group, [CONTROLS]);
      return committed?.offset ?? (await log.bounds(CONTROLS)).start;
    },
    async follow(from, signal, handOver) {
      for (let position = from; !signal.aborted; ) {
        const [batch] = await log.fetch([{ ...CONTROLS, from: position }], FETCH_WAIT_MS);
        if (batch === undefined || signal.aborted) continue;
        for (const record of batch.records) {
          const { accountId, command } = await readControl(record);
          handOver({
            offset: record.offset,
            accountId,
            command,
            deadLetter: (reason, message) =>
              deadLetter(CONTROLS.topic, 0, record, { stage: 'accounts', reason, message }),
          });
        }
        position = batch.next;
      }
    },
  };

  async function readControl({ value }: LogRecord): Promise<Pick<ControlJob, 'accountId' | 'command'>> {
    try {
      if (value === null) throw new UndecodableError('a control record without a value');
      const control = await learning(() => codec.decode(value));
      return { accountId: control.subject, command: commandOf(control) };
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      return {
        accountId: '',
        command() {
          throw error;
        },
      };
    }
  }

  function commandOf(control: Control): Command<void> {
    if (control.type === 'block' && control.reason === PAYMENT_TROUBLE) return blockForTrouble(control.subject, zone);
    if (control.type === 'block' && control.reason !== '') return blockAccount(control.subject, control.reason, zone);
    if (control.type === 'unblock' && control.reason === PAYMENT_TROUBLE) {
      return unblockAfterTrouble(control.subject, zone);
    }
    if (control.type === 'unblock') return unblockAccount(control.subject, zone);
    if (control.type === 'erase') return eraseHolder(control.subject);
    if (control.type === 'erase_dormant' && control.to !== null) return eraseDormant(control.subject, control.to);
    if (control.type === 'forget' && control.to !== null) return forgetPast(control.subject, control.to);
    return () => {
      throw new UndecodableError(
        'accounts know the controls block with a reason, unblock, erase, and erase_dormant and forget with a time',
      );
    };
  }
}

const CONTROLS = { topic: topics.accountsControl.name, partition: 0 };
const FETCH_WAIT_MS = 500;
