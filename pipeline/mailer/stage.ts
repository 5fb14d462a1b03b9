import { topics } from '../../topics/topics.ts';
import type { LogRecord } from '../engine/log.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { MailResult } from '../records/records.ts';
import type { Deliveries } from './deliveries.ts';
import { openMailerState, type Mail } from './state.ts';

export interface MailerParts {
  readonly ids: SchemaIds;
  /** Deliveries of a task that begins. */
  readonly newDeliveries: () => Deliveries;
  /** Told of each result, just before it is committed. */
  readonly told: (result: MailResult) => void;
}

/**
 * parking.documents, parking.mail-requests -> the mail server -> parking.mail-results. A mail is kept in the state
 * until the server has taken it over or refused it for good; result and forgetting are one transaction. Only a crash
 * between the server's answer and that transaction sends a mail again, under the same Message-ID.
 */
export function mailerStage({ ids, newDeliveries, told }: MailerParts): Stage {
  const documentCodec = openCodec('SalesDocument', ids);
  const requestCodec = openCodec('MailRequest', ids);
  const resultCodec = openCodec('MailResult', ids);

  return {
    name: 'mailer',
    inputs: [topics.documents.name, topics.mailRequests.name],
    changelog: topics.mailerState.name,
    outputs: [topics.mailResults.name],
    openTask(task, taskState): StageTask {
      const { mails } = openMailerState(taskState);
      const deliveries = newDeliveries();
      return {
        apply({ topic, record }) {
          const mail = topic === topics.documents.name ? mailWith(record) : mailAskedFor(record);
          if (mail !== null && mails.get(mail.mailId) === undefined) mails.put(mail.mailId, mail);
        },
        tick({ wallMs }, out) {
          let any = false;
          for (const { mailId, ...decided } of deliveries.decided()) {
            const mail = mails.get(mailId);
            if (mail === undefined) continue;
            any = true;
            mails.delete(mailId);
            const { accountId, documentIds } = mail;
            const result: MailResult = { mailId, accountId, documentIds, ...decided, decidedAt: wallMs };
            told(result);
            const value = resultCodec.encode(result);
            out.add(topics.mailResults.name, task, { key: Buffer.from(accountId), value, timestamp: wallMs });
          }
          // All others are committed: what came in before a tick is.
          for (const [, mail] of mails.entries()) deliveries.begin(mail);
          return any;
        },
      };
    },
  };

  /** Receipts are mailed on request only. */
  function mailWith(record: LogRecord): Mail | null {
    const { documentId, revision, kind, accountId } = documentCodec.decode(valueOf(record));
    if (kind === 'receipt') return null;
    return { mailId: `${documentId}.${revision}`, accountId, documentIds: [documentId], language: '', to: 'addressee' };
  }

  function mailAskedFor(record: LogRecord): Mail {
    const { mailId, accountId, documentIds, language, to } = requestCodec.decode(valueOf(record));
    if (mailId === '' || documentIds.length === 0) {
      throw new RejectedError('bad_request', 'a mail needs an id and documents');
    }
    return { mailId, accountId, documentIds, language, to };
  }
}

function valueOf({ value }: LogRecord): Buffer {
  if (value === null) throw new RejectedError('empty', 'a record without a value');
  return value;
}
