import { withLog } from '../service/with-log.ts';
import type { Letter } from './letter.ts';
import { isMeant, lettersIn, redrive, type LetterFilter } from './redrive.ts';

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
    if (!apply) return console.log(listed(await lettersIn(log, { again: true }), filter).join('\n'));
    const letters = await redrive(log, ids, filter, Date.now());
    console.log([...summary(letters), `sent back: ${letters.length}`].join('\n'));
  });
}

/** The letters that are meant, by what they are, and how many of all there are besides: none may go unnoticed. */
export function listed(all: readonly Letter[], filter: LetterFilter): string[] {
  const meant = all.filter((letter) => isMeant(letter, filter));
  const alike = all.filter((letter) => isMeant(letter, { ...filter, again: true }));
  const lines = [...summary(meant), `dead letters: ${meant.length}; --apply sends them back`];
  const again = alike.length - meant.length;
  if (again > 0) lines.push(`besides: ${again} that came again after they were sent back, which only --again means`);
  const others = all.length - alike.length;
  if (others > 0) lines.push(`besides: ${others} that --stage, --reason, --topic or --offset leaves out`);
  return lines;
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
