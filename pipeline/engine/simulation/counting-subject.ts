import assert from 'node:assert/strict';
import {
  awaitedValues, CONTROL, countingStage, faultyValues, INPUT, openCountingTask, OUTPUT, type Emitted,
} from './counting-stage.ts';
import type { PlannedInput } from './inputs.ts';
import { UnknownWriterError } from '../../records/codec.ts';
import { NotYetError, type InputRecord, type StageTask } from '../stage.ts';
import { Outputs } from '../outputs.ts';
import { TaskState } from '../state.ts';
import type { LogRecord } from '../log.ts';
import type { Random } from './random.ts';
import { stateInHex } from './state-in-hex.ts';
import type { Read, Subject } from './subject.ts';

/** One to three partitions, by the seed. */
export function subjectOf(seed: number): Subject {
  return countingSubject(1 + (seed % PARTITIONS_MAX));
}

/** The counting stage with a few keys, a few control records and a few faulty records. */
function countingSubject(partitions: number): Subject {
  const stage = countingStage(partitions);

  return { stage, partitions, plan, setAsideAs, isSettled, check };

  function plan(random: Random): PlannedInput[] {
    const planned: PlannedInput[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const inputs = Array.from({ length: random.between(8, 20) }, () => inputRecord(random));
      const controls = Array.from({ length: random.between(1, 3) }, () => controlRecord(random));
      planned.push({ topic: INPUT, partition, records: inputs }, { topic: CONTROL, partition, records: controls });
    }
    return planned;
  }

  function setAsideAs(_topic: string, { value }: LogRecord): string | null {
    return faultyValues[value!.toString() as keyof typeof faultyValues] ?? null;
  }

  function isSettled(read: Read): boolean {
    const emitted = allEmitted(read);
    for (let task = 0; task < partitions; task++) {
      const mine = emitted.filter((each) => each.task === task);
      const last = mine.reduce((a, b) => (b.step > a.step ? b : a), NOTHING);
      if (mine.length > 0 && last.took !== 'tick') return false;
    }
    return true;
  }

  async function check(task: number, read: Read, allAtHand: boolean): Promise<Map<string, string>> {
    const emitted = allEmitted(read).filter((each) => each.task === task).toSorted((a, b) => a.step - b.step);
    const taken = emitted.map(({ took }) => took);
    const good = goodOffsets(task, read);
    assert.deepEqual(taken.filter((took) => took !== 'tick').toSorted(), good.toSorted(), 'each input once');
    if (allAtHand) assert.ok(!taken.slice(0, good.length).includes('tick'), 'no tick before the end of the inputs');

    const state = new TaskState();
    const rules = openCountingTask(task, partitions, state);
    const out = new Outputs();
    for (const took of taken) {
      if (took === 'tick') {
        assert.ok(rules.tick!({ monotonicMs: 0, wallMs: 0 }, out), 'a tick that had nothing to do');
      } else {
        const [topic, offset] = took.split('@') as [string, string];
        const record = read({ topic, partition: task }).find((each) => each.offset === Number(offset))!;
        await applyWhenReady(rules, state, { topic, record, monotonicMs: 0 }, out);
      }
    }
    const expected = out.batches().flatMap(({ records }) => Array.from(records, emittedOf)).toSorted((a, b) => a.step - b.step);
    assert.deepEqual(emitted, expected, 'outputs are those of the rules');
    for (const topic of stage.inputs) {
      const offsets = taken.filter((took) => took.startsWith(`${topic}@`)).map((took) => Number(took.split('@')[1]));
      assert.deepEqual(offsets, offsets.toSorted((a, b) => a - b), `${topic} is taken in order`);
    }
    return stateInHex(state);
  }

  function allEmitted(read: Read): Emitted[] {
    return Array.from({ length: partitions }, (_, partition) => read({ topic: OUTPUT, partition }).map(emittedOf)).flat();
  }

  function goodOffsets(task: number, read: Read): string[] {
    return stage.inputs.flatMap((topic) => (
      read({ topic, partition: task })
        .filter((record) => setAsideAs(topic, record) === null)
        .map(({ offset }) => `${topic}@${offset}`)
    ));
  }
}

/** What makes the rules wait comes at once here. */
async function applyWhenReady(rules: StageTask, state: TaskState, input: InputRecord, out: Outputs): Promise<void> {
  state.mark();
  out.mark();
  try {
    rules.apply(input, out);
  } catch (failure) {
    state.undo();
    out.undo();
    if (failure instanceof UnknownWriterError) await failure.learn();
    else if (failure instanceof NotYetError) await failure.ready();
    else throw failure;
    rules.apply(input, out);
  }
}

const PARTITIONS_MAX = 3;
const NOTHING: Emitted = { task: -1, step: 0, took: '', key: '', count: 0, sum: 0 };
/** The last looks like an abort marker to a reader that judges by the key. */
const KEYS = ['a', 'b', 'c', '\0\0\0\0'];
const SPECIAL = [...Object.keys(faultyValues), ...awaitedValues];

const emittedOf = ({ value }: { readonly value: Buffer | null }): Emitted => JSON.parse(value!.toString());

function inputRecord(random: Random) {
  const value = random.chance(0.08) ? random.pick(SPECIAL) : String(random.between(-9, 9));
  return { key: Buffer.from(random.pick(KEYS), 'latin1'), value: Buffer.from(value), timestamp: 0 };
}

const controlRecord = (random: Random) => (
  { key: Buffer.from('factor'), value: Buffer.from(String(random.between(1, 9))), timestamp: 0 }
);
