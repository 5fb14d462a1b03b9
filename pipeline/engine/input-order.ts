import type { Log, TopicPartition } from './log.ts';
import type { Outputs } from './outputs.ts';
import { recordsBetween } from './read-between.ts';
import type { Table } from './state.ts';

/** An input was read up to an offset, then the task turned to another one. */
interface Turn {
  /** From 1 without gaps. */
  readonly number: number;
  readonly topic: string;
  readonly upTo: number;
  readonly next: string;
}

/**
 * In what order a task reads its inputs. Each input keeps its own order, but how they were interleaved stands nowhere:
 * where decisions depend on it, a stage names a topic for it, and each time the task turns from one input to another it
 * writes there how far it had read, in the transaction of what it decided. A task whose state knows fewer turns than
 * stand there reads what was read before: it reads it in the same order, and so decides the same.
 */
export class InputOrder {
  private readonly at: TopicPartition;
  /** The task's offsets; beside them stand how many turns it has made, and the number of the input that it reads. */
  private readonly known: Table<number>;
  private readonly inputs: readonly string[];
  /** Turns made before that are still to be made again. */
  private readonly ahead: Turn[];

  private constructor(at: TopicPartition, known: Table<number>, inputs: readonly string[], ahead: Turn[]) {
    this.at = at;
    this.known = known;
    this.inputs = inputs;
    this.ahead = ahead;
  }

  static async open(log: Log, at: TopicPartition, known: Table<number>, inputs: readonly string[]): Promise<InputOrder> {
    return new InputOrder(at, known, inputs, await turnsAfter(log, at, known.get(MADE) ?? 0));
  }

  /**
   * The one input that may be read now; null: whichever has something. @param nextOf offset of an input's next
   * record
   */
  mustRead(nextOf: (topic: string) => number): string | null {
    for (let turn = this.ahead[0]; turn !== undefined; turn = this.ahead[0]) {
      if (nextOf(turn.topic) < turn.upTo) return turn.topic;
      this.ahead.shift();
      this.known.put(MADE, turn.number);
      this.known.put(CURRENT, this.inputs.indexOf(turn.next));
    }
    return null;
  }

  /** The input that was read last. */
  get current(): string | null {
    return this.inputs[this.known.get(CURRENT) ?? -1] ?? null;
  }

  /** Says that the next record is taken from this input. @param position where the one that was read last stands */
  read(topic: string, position: number, out: Outputs, timestamp: number): void {
    const { current } = this;
    if (this.ahead.length > 0 || topic === current) return;
    this.known.put(CURRENT, this.inputs.indexOf(topic));
    if (current === null) return;
    const turn: Turn = { number: (this.known.get(MADE) ?? 0) + 1, topic: current, upTo: position, next: topic };
    this.known.put(MADE, turn.number);
    out.add(this.at.topic, this.at.partition, { key: null, value: Buffer.from(JSON.stringify(turn)), timestamp });
  }
}

/** Keys in the table of offsets, which no topic can have. */
const MADE = 'turns made';
const CURRENT = 'input read';

/** Nearly always there are none: the last of the topic tells. */
async function turnsAfter(log: Log, at: TopicPartition, made: number): Promise<Turn[]> {
  const { start, stable } = await log.bounds(at);
  const last = (await turnsBetween(log, at, Math.max(start, stable - TAIL), stable)).at(-1);
  if (last !== undefined && last.number <= made) return [];
  return (await turnsBetween(log, at, start, stable)).filter(({ number }) => number > made);
}

async function turnsBetween(log: Log, at: TopicPartition, from: number, to: number): Promise<Turn[]> {
  const turns: Turn[] = [];
  for await (const records of recordsBetween(log, at, from, to)) {
    for (const { value } of records) turns.push(JSON.parse(String(value)) as Turn);
  }
  return turns;
}

const TAIL = 50;
