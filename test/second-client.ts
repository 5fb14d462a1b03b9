import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { dependenciesOf, fetched } from '../local/download.ts';
import { kafkaDownload } from '../local/parts/kafka.ts';
import { BRIEF_JAVA, requireJava } from '../local/programs.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { kafkaOptions, unique } from './kafka/kafka-fixture.ts';

export interface SeenRecord {
  readonly partition: number;
  readonly value: Buffer;
}

const tools = dependenciesOf(
  'Kafka console consumer 4.3.0',
  'kafka-tools-4.3.0',
  join(import.meta.dirname, 'second-client-pom.xml'),
);

/**
 * All committed records of a topic as Kafka's own Java client sees them. It is the judge because the clients for
 * Node that were tried (kafkajs, @platformatic/kafka) deliver records of aborted transactions. Nobody may write to
 * the topic any more: a last record on each partition tells where to stop, and stays there.
 */
export async function readBySecondClient(log: Log, topic: string): Promise<SeenRecord[]> {
  const partitions = (await log.partitionCounts([topic])).get(topic)!;
  const end = Buffer.from(unique('end'));
  const last = { key: null, value: end, timestamp: Date.now() };
  await log.append(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, records: [last] })));

  const jars = [await fetched(kafkaDownload, () => {}), await fetched(tools, () => {})];
  const consumer = spawn(await requireJava(() => {}), [
    ...BRIEF_JAVA, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
    '-cp', jars.map((folder) => join(folder, '*')).join(delimiter),
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    '--bootstrap-server', kafkaOptions.brokers.join(','),
    '--topic', topic, '--from-beginning', '--isolation-level', 'read_committed',
    '--formatter-property', 'print.partition=true',
    '--formatter-property', 'value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer',
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(consumer, 'exit');
  let complaint = '';
  consumer.stderr.on('data', (text) => (complaint += text));
  const seen: SeenRecord[] = [];
  let ended = 0;
  for await (const line of createInterface({ input: consumer.stdout })) {
    const { partition, value } = parsed(line);
    if (value.equals(end)) ended += 1;
    else seen.push({ partition, value });
    if (ended === partitions) break;
  }
  consumer.kill('SIGKILL');
  await exited;
  if (ended < partitions) {
    throw new Error(`the console consumer ended after ${seen.length} records of ${topic}: ${complaint}`);
  }
  return seen;
}

/** `Partition:3<tab>value`, where bytes that are no printable ASCII stand as \xNN. */
function parsed(line: string): SeenRecord {
  const tab = line.indexOf('\t');
  const text = line.slice(tab + 1).replace(/\\x([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)));
  return { partition: Number(line.slice('Partition:'.length, tab)), value: Buffer.from(text, 'latin1') };
}
