import type { Log } from '../engine/log.ts';
import type { SchemaIds } from '../records/codec.ts';
import { rebuildGarage, type RebuiltGarage } from '../visits/explain/rebuilt-garage.ts';
import { evidenceOf, type Evidence, type ReviewItem } from '../visits/review/review-evidence.ts';

/** Evidence on what waits, of the same rules run once more over the garage's reads. */
export interface EvidenceSource {
  /** Null: too many ask at once. */
  of(item: ReviewItem): Promise<SourcedEvidence | null>;
}

export interface SourcedEvidence extends Evidence {
  /** ms UTC: reads before are not in it; null: none are. */
  readonly readFrom: number | null;
}

/** Of the newest so many records of a partition: seconds' work. */
const MOST_RECORDS = 200_000;
/** A person looks at one item of a garage after the other. */
const KEPT_MS = 15_000;
const MOST_WAITING = 20;

/** One garage is rebuilt at a time, so that whatever is asked the rest of the process goes on. */
export function openEvidenceSource(log: Log, ids: SchemaIds): EvidenceSource {
  const rebuilds = new Map<string, Promise<RebuiltGarage>>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  return {
    async of(item) {
      let rebuild = rebuilds.get(item.garageId);
      if (rebuild === undefined) {
        if (waiting >= MOST_WAITING) return null;
        rebuild = rebuildInTurn(item.garageId);
      }
      const { trace, readFrom } = await rebuild;
      return { ...evidenceOf(item, trace), readFrom };
    },
  };

  function rebuildInTurn(garageId: string): Promise<RebuiltGarage> {
    waiting++;
    const rebuild = last.then(() => rebuildGarage(log, ids, garageId, () => false, MOST_RECORDS)).finally(() => {
      waiting--;
      setTimeout(() => rebuilds.delete(garageId), KEPT_MS).unref();
    });
    last = rebuild.catch(() => {});
    rebuilds.set(garageId, rebuild);
    return rebuild;
  }
}
