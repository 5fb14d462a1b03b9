import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { AccessLogEntry, AccessSubject } from '../records/records.ts';

/** Who is about to be shown whose personal data, and where. */
export type Look = Pick<AccessLogEntry, 'actor' | 'view' | 'subjects'> & Partial<AccessLogEntry>;

/** Takes looks; resolves when the brokers have one. Only then may anything be shown. @throws {LookNotLoggedError} */
export type NoteLook = (look: Look) => Promise<void>;

/** A look could not be logged, so nothing may be shown. */
export class LookNotLoggedError extends Error {
  override name = 'LookNotLoggedError';
  constructor(cause: unknown) {
    super('the look can not be written to the access log, so nothing is shown', { cause });
  }
}

/** The log of who was shown personal data. Nothing is ever taken out of it before its time. */
export function openAccessLog(log: Pick<Log, 'append'>, ids: SchemaIds, now: () => number = Date.now): NoteLook {
  const codec = openCodec('AccessLogEntry', ids);
  return async (look) => {
    const entry: AccessLogEntry = {
      entryId: randomUUID(), at: now(), actorName: '', reason: '',
      garageId: '', requestId: '', ...look, subjects: eachOnce(look.subjects),
    };
    const partition = partitionOf(entry.entryId, partitionCounts.account);
    const record = { key: Buffer.from(entry.entryId), value: codec.encode(entry), timestamp: entry.at };
    try {
      await log.append([{ topic: topics.accessLog.name, partition, records: [record] }]);
    } catch (error) {
      throw new LookNotLoggedError(error);
    }
  };
}

/** The person at this command line. */
export function thisUser(): string {
  return `user:${userInfo().username}`;
}

/** The visits that stand anywhere in what is shown, as subjects. */
export function visitsIn(shown: unknown): AccessSubject[] {
  const found: AccessSubject[] = [];
  const search = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (VISIT_FIELDS.has(name) && typeof inner === 'string') found.push({ kind: 'visit', id: inner });
      else search(inner);
    }
  };
  search(shown);
  return eachOnce(found);
}

const VISIT_FIELDS: ReadonlySet<string> = new Set(['visitId', 'otherVisitId']);

function eachOnce(subjects: readonly AccessSubject[]): AccessSubject[] {
  return [...new Map(subjects.map((subject) => [`${subject.kind} ${subject.id}`, subject])).values()];
}
