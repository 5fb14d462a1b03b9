import assert from 'node:assert/strict';
import { groupOf } from '../claim.ts';
import { DEAD_LETTER_TOPIC } from '../dead-letters.ts';
import type { LogRecord, TopicPartition } from '../log.ts';
import type { MemoryCluster } from './memory-log.ts';
import type { Read, Subject } from './subject.ts';

/** All that was to be done is done and committed. */
export function isSettled(subject: Subject, cluster: MemoryCluster): boolean {
  if (cluster.allProducers.some(({ transaction }) => transaction !== null)) return false;
  const read = reader(cluster);
  if (read(DEAD_LETTERS).length < expectedDeadLetters(subject, read).length) return false;
  const { stage, partitions } = subject;
  for (let task = 0; task < partitions; task++) {
    const { offsets } = restored(read({ topic: stage.changelog, partition: task }));
    for (const topic of stage.inputs) {
      const last = read({ topic, partition: task }).at(-1);
      if (last !== undefined && (offsets.get(topic) ?? 0) <= last.offset) return false;
    }
  }
  return subject.isSettled(read);
}

/**
 * Holds all that is committed in the cluster against the rules, and what a reader sees against what is committed.
 * @throws {assert.AssertionError} naming what differs
 */
export async function check(subject: Subject, cluster: MemoryCluster, allAtHand: boolean): Promise<void> {
  const { stage, partitions } = subject;
  for (const topic of [...stage.inputs, stage.changelog, ...stage.outputs]) {
    for (let partition = 0; partition < partitions; partition++) checkReaders(cluster, { topic, partition });
  }
  checkReaders(cluster, DEAD_LETTERS);
  const groupOffset = (at: TopicPartition) => cluster.committedOffset(groupOf(stage), at)?.offset;
  await checkCommitted(subject, { read: reader(cluster), groupOffset }, allAtHand);
}

/** What stands in a log, of whichever kind, when all is over. */
export interface Committed {
  readonly read: Read;
  /** Of the stage's group; undefined: it has none. */
  groupOffset(at: TopicPartition): number | undefined;
}

/**
 * Holds what is committed against the rules: outputs, state, positions, dead letters.
 * @throws {assert.AssertionError} naming what differs
 */
export async function checkCommitted(
  subject: Subject, { read, groupOffset }: Committed, allAtHand: boolean,
): Promise<void> {
  const { stage, partitions } = subject;
  const deadLetters = read(DEAD_LETTERS).map(nameOf);
  assert.deepEqual(deadLetters.toSorted(), expectedDeadLetters(subject, read).toSorted(), 'dead letters');

  for (let task = 0; task < partitions; task++) {
    const expected = await subject.check(task, read, allAtHand);
    const { state, offsets } = restored(read({ topic: stage.changelog, partition: task }));
    assert.deepEqual(sorted(state), sorted(expected), `the changelog of task ${task} holds the state of the rules`);
    for (const topic of stage.inputs) {
      const at = { topic, partition: task };
      const position = groupOffset(at);
      assert.equal(position, offsets.get(topic), `${topic}[${task}]: group and changelog stand at the same offset`);
      const last = read(at).at(-1);
      assert.ok(last === undefined || position! > last.offset, `${topic}[${task}]: all records are passed`);
    }
  }
}

const DEAD_LETTERS: TopicPartition = { topic: DEAD_LETTER_TOPIC, partition: 0 };

/** The truth, known without any filter. */
const reader = (cluster: MemoryCluster): Read => (at) => cluster.partition(at).committed();

/** A read-committed reader must see the truth from wherever it begins. */
function checkReaders(cluster: MemoryCluster, at: TopicPartition): void {
  const partition = cluster.partition(at);
  const truth = partition.committed().map(({ offset }) => offset);
  for (const from of [0, cluster.schedule.random.below(partition.stable + 1)]) {
    const { batches, aborted } = partition.read(from, Infinity);
    const seen = cluster.filter(batches, aborted).map(({ offset }) => offset).filter((offset) => offset >= from);
    const expected = truth.filter((offset) => offset >= from);
    assert.deepEqual(seen, expected, `${at.topic}[${at.partition}]: offsets of committed records from ${from} on`);
  }
}

function expectedDeadLetters({ stage, partitions, setAsideAs }: Subject, read: Read): string[] {
  return stage.inputs.flatMap((topic) => (
    Array.from({ length: partitions }, (_, partition) => (
      read({ topic, partition }).flatMap((record) => {
        const reason = setAsideAs(topic, record);
        return reason === null ? [] : `${topic}[${partition}]@${record.offset} ${reason} ${record.value!.toString()}`;
      })
    )).flat()
  ));
}

function nameOf({ headers, value }: LogRecord): string {
  const header = (name: string): string => headers![`bomfri.${name}`]!.toString();
  return `${header('topic')}[${header('partition')}]@${header('offset')} ${header('reason')} ${value!.toString()}`;
}

/** The last value of each key, tombstoned ones gone; the engine's own table apart. */
function restored(changelog: readonly LogRecord[]): { state: Map<string, string>; offsets: Map<string, number> } {
  const state = new Map<string, string>();
  const offsets = new Map<string, number>();
  for (const { key, value } of changelog) {
    if (key![0] === 0) offsets.set(key!.toString('utf8', 1), Number(value!.readBigInt64BE(1)));
    else if (value === null) state.delete(key!.toString('hex'));
    else state.set(key!.toString('hex'), value.toString('hex'));
  }
  return { state, offsets };
}

const sorted = (map: Map<string, string>): [string, string][] => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
