import { topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { TaskState, type Table } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { Stream } from './stream.ts';

/** The streams of a task, by `streamKey`. */
export function openStreams(state: TaskState): Table<Stream> {
  return state.table(STREAMS, streamCodec);
}

type StreamName = Pick<Stream, 'endpointId' | 'topic' | 'partition'>;

export function streamKey({ endpointId, topic, partition }: StreamName): string {
  return `${endpointId} ${topic} ${partition}`;
}

/** The streams of all tasks as they were last committed, read from the changelog: for a person to look at. */
export async function readStreams(log: Log): Promise<Stream[]> {
  const topic = topics.webhooksState.name;
  const partitions = (await log.partitionCounts([topic])).get(topic)!;
  const found: Stream[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const state = new TaskState();
    const streams = openStreams(state);
    const { start, stable } = await log.bounds({ topic, partition });
    for await (const records of recordsBetween(log, { topic, partition }, start, stable)) {
      // Table 0 is the engine's own.
      for (const { key, value } of records) if (key?.[0] === STREAMS) state.restore(key, value);
    }
    found.push(...Array.from(streams.entries(), ([, stream]) => stream));
  }
  return found;
}

const STREAMS = 1;

const streamCodec = avroStateCodec<Stream>(1, {
  type: 'record', name: 'Stream', fields: [
    { name: 'endpointId', type: 'string' }, { name: 'topic', type: 'string' }, { name: 'partition', type: 'int' },
    { name: 'epoch', type: 'int' }, { name: 'position', type: 'long' }, { name: 'from', type: 'long' },
    { name: 'failures', type: 'int' }, { name: 'nextAt', type: 'long' }, { name: 'problem', type: 'string' },
    { name: 'mayPark', type: 'boolean' },
    {
      name: 'parked', type: {
        type: 'array', items: {
          type: 'record', name: 'Parked', fields: [
            { name: 'offset', type: 'long' }, { name: 'accountId', type: 'string' }, { name: 'failures', type: 'int' },
            { name: 'nextAt', type: 'long' },
          ],
        },
      },
    },
    { name: 'disabledAt', type: ['null', 'long'] },
  ],
});
