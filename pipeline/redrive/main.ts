import { withLog } from '../service/with-log.ts';
import type { Letter } from './letter.ts';
import { lettersIn, redrive } from './redrive.ts';

/** As they come from the command line. */
export interface RedriveOptions {
  readonly stage?: string;
  readonly reason?: string;
  readonly topic?: string;
  readonly offset?: string;
  readonly again?: boolean;
  readonly apply?: boolean;
}

/** `bomfri redrive`: prints how many dead letters are meant, by what they are; with --apply sends them back first. */
export async function main(options: RedriveOptions): Promise<void> {
  const { stage, reason, topic, again = false, apply = false } = options;
  const filter = {
    again, ...(stage && { stage }), ...(reason && { reason }), ...(topic && { topic }),
    ...(options.offset !== undefined && { offset: offsetIn(options.offset) }),
  };
  await withLog(async ({ log, ids }) => {
    const letters = apply ? await redrive(log, ids, filter, Date.now()) : await lettersIn(log, filter);
    for (const line of summary(letters)) console.log(line);
    console.log(apply ? `sent back: ${letters.length}` : `dead letters: ${letters.length}; --apply sends them back`);
  });
}

function offsetIn(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--offset is '${text}', but must be a whole number`);
  return Number(text);
}

/** A line for each kind: never the content, for it may hold plates. */
function summary(letters: readonly Letter[]): string[] {
  const kinds = Map.groupBy(letters, ({ stage, reason, topic, isWhole, attempts }) => {
    const size = isWhole ? '' : '  too large to be sent back';
    return `${stage}  ${reason}  ${topic}${size}${attempts === 0 ? '' : `  sent back ${attempts} times before`}`;
  });
  return Array.from(kinds, ([kind, some]) => {
    const times = some.map(({ record }) => record.timestamp);
    const [from, to] = [Math.min(...times), Math.max(...times)].map((time) => new Date(time).toISOString());
    const offsets = `offsets ${some[0]!.offset} to ${some.at(-1)!.offset}`;
    return `${String(some.length).padStart(8)}  ${kind}  ${from} to ${to}  ${offsets}`;
  });
}
