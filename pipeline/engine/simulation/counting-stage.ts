import { UndecodableError, UnknownWriterError } from '../../records/codec.ts';
import type { OutRecord } from '../log.ts';
import type { Outputs } from '../outputs.ts';
import { NotYetError, RejectedError, type Stage, type StageTask } from '../stage.ts';
import type { StateCodec, Table, TaskState } from '../state.ts';

/**
 * A small stage that shows every mistake of an engine: what it emits depends on all that came before, it says in which
 * order it took its inputs, its keys come and go, some of its records make it throw after it has changed things, and
 * it writes to partitions that other tasks write to as well.
 */
export const INPUT = 'counting.in';
export const CONTROL = 'counting.control';
export const CHANGELOG = 'counting.state';
export const OUTPUT = 'counting.out';

/** Values that are set aside, for this reason. */
export const faultyValues = { throws: 'rule_error', garbled: 'undecodable', refused: 'refused' } as const;
/** Values that are taken when the rules have waited for something. */
export const awaitedValues = ['of an unknown writer', 'too early'] as const;

export interface Emitted {
  readonly task: number;
  /** Place among all that the task took, from 1. */
  readonly step: number;
  /** What was taken: a topic with its offset, or a tick. */
  readonly took: string;
  readonly key: string;
  readonly count: number;
  readonly sum: number;
}

export function countingStage(partitions: number): Stage {
  return {
    name: 'counting',
    inputs: [INPUT, CONTROL],
    changelog: CHANGELOG,
    outputs: [OUTPUT],
    openTask: (task, state) => openCountingTask(task, partitions, state),
  };
}

interface Tally {
  readonly count: number;
  readonly sum: number;
}

/** The rules themselves, so that a pure replay can be held against what the engine made of them. */
export function openCountingTask(task: number, partitions: number, state: TaskState): StageTask {
  const tallies = state.table(1, jsonCodec<Tally>());
  const steps: Table<number> = state.table(2, jsonCodec<number>());
  /** What a process learns is not state: each owner learns it anew. */
  let hasLearnt = false;
  let hasWaited = false;

  return {
    apply({ topic, record }, out) {
      const text = record.value!.toString();
      const key = record.key!.toString('latin1');
      if (text === 'garbled') throw new UndecodableError('garbled');
      if (text === 'of an unknown writer' && !hasLearnt) {
        throw new UnknownWriterError(7, async () => {
          hasLearnt = true;
        });
      }
      const factor = steps.get('factor') ?? 1;
      if (topic === CONTROL) {
        steps.put('factor', Number(text));
        return emit(out, `${topic}@${record.offset}`, 'factor', { count: 0, sum: Number(text) });
      }
      const before = tallies.get(key) ?? { count: 0, sum: 0 };
      const after = { count: before.count + 1, sum: before.sum + factor * (Number(text) || 0) };
      tallies.put(key, after);
      emit(out, `${topic}@${record.offset}`, key, after);
      if (text === 'too early' && !hasWaited) {
        throw new NotYetError('waits for something', async () => {
          hasWaited = true;
        });
      }
      if (text === 'throws') throw new Error('this record makes the rule throw');
      if (text === 'refused') throw new RejectedError('refused', 'not acceptable');
      if (after.count % TALLY_LIFE === 0) tallies.delete(key);
    },

    tick(_now, out) {
      const taken = steps.get('taken') ?? 0;
      if (taken === 0 || steps.get('ticked') === taken) return false;
      emit(out, 'tick', '', { count: tallies.size, sum: 0 });
      steps.put('ticked', taken + 1);
      return true;
    },
  };

  function emit(out: Outputs, took: string, key: string, { count, sum }: Tally): void {
    const step = (steps.get('taken') ?? 0) + 1;
    steps.put('taken', step);
    const emitted: Emitted = { task, step, took, key, count, sum };
    out.add(OUTPUT, (task + step) % partitions, outRecord(key, emitted));
  }
}

/** A key's tally is dropped, and its changelog record with it, when it has counted so far. */
const TALLY_LIFE = 3;

function outRecord(key: string, emitted: Emitted): OutRecord {
  return { key: Buffer.from(key, 'latin1'), value: Buffer.from(JSON.stringify(emitted)), timestamp: 0 };
}

function jsonCodec<V>(): StateCodec<V> {
  return {
    formatVersion: 1,
    encodeTo: (value, slab) => slab.appendText(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()),
  };
}
