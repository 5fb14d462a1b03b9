import { topics } from '../../topics/topics.ts';
import { endsOf, unreadOf, type PartitionEnd } from '../engine/consumed.ts';
import type { Log } from '../engine/log.ts';

/**
 * Makes a question that is asked again and again: has everything that was on parking.reads at the first asking
 * been made visits, and those visits been priced? New reads that keep coming don't matter.
 */
export function askWhetherPriced(log: Log): () => Promise<boolean> {
  let readEnds: PartitionEnd[] | null = null;
  let visitEnds: PartitionEnd[] | null = null;
  return async () => {
    readEnds ??= await endsOf(log, [topics.reads.name]);
    if (visitEnds === null) {
      if ((await unreadOf(log, 'bomfri-visits', readEnds)).length > 0) return false;
      visitEnds = await endsOf(log, [topics.visits.name]);
    }
    return (await unreadOf(log, 'bomfri-pricing', visitEnds)).length === 0;
  };
}
