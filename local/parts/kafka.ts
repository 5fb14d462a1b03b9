import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localPort } from '../../pipeline/service/config.ts';
import { dependenciesOf, fetched } from '../download.ts';
import type { StackPaths } from '../paths.ts';
import { requireJava } from '../programs.ts';
import type { Say } from '../progress.ts';
import { Trouble } from '../trouble.ts';
import { ask } from './ask.ts';
import type { Command, Part } from './part.ts';

export const kafkaDownload = dependenciesOf(
  'Kafka 4.3.0',
  'kafka-4.3.0',
  join(import.meta.dirname, '..', 'downloads', 'kafka-pom.xml'),
);

/** One broker that is its own controller (KRaft). */
export function kafkaPart(paths: StackPaths): Part {
  const port = localPort('kafka');
  const home = join(paths.data, 'kafka');
  return {
    name: 'kafka',
    title: 'Kafka',
    ports: [port, localPort('kafkaController')],
    prepare: (say) => prepare(home, say),
    isReady: async () => (await ask(port, apiVersionsRequest)).length > 0,
  };
}

async function prepare(home: string, say: Say): Promise<Command> {
  const java = await requireJava(say);
  const classpath = join(await fetched(kafkaDownload, say), '*');
  mkdirSync(home, { recursive: true });
  const propertiesFile = join(home, 'server.properties');
  writeFileSync(propertiesFile, serverProperties(join(home, 'log')));
  if (!existsSync(join(home, 'log', 'meta.properties'))) await format(java, classpath, home, propertiesFile);
  return {
    command: java,
    args: [
      '-Xms256m', '-Xmx1g', '-XX:+UseG1GC', ...quickCode,
      ...quietLogging, '-cp', classpath, 'kafka.Kafka', propertiesFile,
    ],
  };
}

/**
 * Java's first compiler alone. What the second one makes is quicker, but making it takes a core for minutes: on two
 * cores a broker used a third less CPU without it, over a minute of 20,000 reads a second as well as over one of 2,000.
 */
const quickCode = ['-XX:TieredStopAtLevel=1'];

const quietLogging = [
  '-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
];

/** As Kafka makes its own: never with a dash in front, for on the command line that would be an option. */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** Gives the empty data folder its cluster id: Kafka refuses to start without. */
async function format(java: string, classpath: string, home: string, propertiesFile: string): Promise<void> {
  // A format that was interrupted leaves a folder that the next one would refuse.
  rmSync(join(home, 'log'), { recursive: true, force: true });
  const clusterId = newClusterId();
  const args = [
    '-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', classpath,
    'kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', propertiesFile,
  ];
  try {
    await promisify(execFile)(java, args);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Trouble(`Kafka's data folder ${home} could not be formatted: ${(stderr || message).trim()}`);
  }
}

/** Fit for one developer's machine: one replica of everything, few internal partitions, no waiting for members. */
function serverProperties(logDir: string): string {
  const broker = `127.0.0.1:${localPort('kafka')}`;
  const controller = `127.0.0.1:${localPort('kafkaController')}`;
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${controller}`,
    `listeners=PLAINTEXT://${broker},CONTROLLER://${controller}`,
    `advertised.listeners=PLAINTEXT://${broker}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${logDir}`,
    'auto.create.topics.enable=false',
    'default.replication.factor=1',
    'min.insync.replicas=1',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=8',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=8',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.dedupe.buffer.size=33554432',
  ].join('\n')}\n`;
}

/**
 * The smallest question of Kafka's protocol, ApiVersions: a broker answers none before it is fit to serve.
 * Size, api key 18, version 0, correlation id 1, client id of length 0.
 */
const apiVersionsRequest = Uint8Array.of(0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0, 0);
