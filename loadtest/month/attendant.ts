import type { Log, OutRecord } from '../../pipeline/engine/log.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { partitionOf } from '../../pipeline/records/partition.ts';
import type { Control, Visit } from '../../pipeline/records/records.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { MonthScript } from './month-script.ts';
import type { ScriptedStay } from './scripted-stay.ts';
import { stayOfRead } from './month-reads.ts';
import type { Slice } from './slices.ts';
import { followRecords } from './topic-records.ts';

/** A person who settles what is doubtful, and knows the truth, as one who looks at the pictures does. */
export interface Attendant {
  /** Confirms the visits in review that are one stay, corrects the plates whose turn it is. @returns how many */
  settle(slice: Slice): Promise<number>;
}

export function openAttendant(log: Log, ids: SchemaIds, { stays, plates, garages }: MonthScript): Attendant {
  const codec = openCodec('Control', ids);
  const nextVisits = followRecords(log, ids, 'visits', 'Visit');
  const visits = new Map<string, Visit>();
  const visitOfStay = new Map<string, string>();
  const misread = Map.groupBy(
    stays.filter(({ correctedIn }) => correctedIn !== null),
    ({ correctedIn }) => correctedIn!,
  );
  return {
    async settle(slice) {
      for (const visit of await nextVisits()) {
        if (visit.revision <= (visits.get(visit.visitId)?.revision ?? 0)) continue;
        visits.set(visit.visitId, visit);
        if (visit.entryReadId !== null) visitOfStay.set(stayOfRead(visit.entryReadId), visit.visitId);
      }
      const words = [...confirmations(visits.values()), ...(misread.get(slice.index) ?? []).map(correction)];
      await tell(words, slice);
      return words.length;
    },
  };

  function correction({ stayId, garage, vehicle }: ScriptedStay): Word {
    const { garageId } = garages[garage]!;
    return { type: 'review_correct', subject: garageId, visitId: visitOfStay.get(stayId)!, ...plates.plate(vehicle) };
  }

  async function tell(words: readonly Word[], slice: Slice): Promise<void> {
    const byPartition = Map.groupBy(words, ({ subject }) => partitionOf(subject, partitionCounts.garage));
    await log.append([...byPartition].map(([partition, list]) => ({
      topic: topics.visitsControl.name, partition,
      records: list.map((word): OutRecord => ({
        key: Buffer.from(word.subject), timestamp: Date.now(),
        value: codec.encode({
          controlId: `${slice.billingDay} ${word.type} ${word.visitId}`, to: null, version: null, issuedAt: slice.to,
          issuedBy: 'month', reason: '', ...word,
        }),
      })),
    })));
  }
}

type Word = Pick<Control, 'type' | 'subject' | 'plate' | 'country'> & { readonly visitId: string };

function* confirmations(visits: Iterable<Visit>): Generator<Word> {
  for (const { visitId, garageId, status, entryReadId, exitReadId } of visits) {
    if (status !== 'review' || entryReadId === null || exitReadId === null) continue;
    if (stayOfRead(entryReadId) === stayOfRead(exitReadId)) {
      yield { type: 'review_confirm', subject: garageId, visitId };
    }
  }
}
