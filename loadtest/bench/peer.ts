import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../local/paths.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { drain, onStack, preloadTopic, run } from './main.ts';

/**
 * `npm run bench:peer`: the same topic drained in turn by our visits stage and by a Kafka Streams program that does the
 * same exact-match work, in memory with one and with two threads; three rounds, then the medians and their ratio.
 * BOMFRI_PEER names the folder of the Kafka Streams program.
 */
const ROUNDS = 3;
const READS = Number(process.env.READS ?? 1_000_000);
const THREADS = [1, 2];
const peer = process.env.BOMFRI_PEER ?? join('..', 'shared', 'streams-twin');
if (!existsSync(join(peer, 'pom.xml'))) {
  console.error(`No Kafka Streams program at ${peer}: set BOMFRI_PEER to the folder of one that takes BROKERS, TOPIC, THREADS and STORE.`);
  process.exit(1);
}

const rates = new Map<string, number[]>();
const note = (name: string, line: string): void => {
  console.log(line);
  const known = rates.get(name) ?? [];
  rates.set(name, [...known, (JSON.parse(line) as { reads_per_s: number }).reads_per_s]);
};

await onStack(async () => {
  const built = await buildPeer();
  const topic = await preloadTopic(READS);
  for (let round = 1; round <= ROUNDS; round++) {
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
    note('bomfri', await drain(topic, READS));
    for (const threads of THREADS) {
      const env = {
        ...process.env, BROKERS: readConfig().brokers.join(','), TOPIC: topic, STORE: 'memory', THREADS: String(threads),
      };
      note(`streams ${threads}`, (await run('sh', ['run.sh'], { cwd: built, env })).split('\n').at(-1)!);
    }
  }
});

const medians = new Map([...rates].map(([name, values]) => [name, values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!]));
const best = Math.max(...[...medians].filter(([name]) => name !== 'bomfri').map(([, rate]) => rate));
console.log(JSON.stringify({
  medians: Object.fromEntries(medians),
  ratio_to_best_peer: Math.round((medians.get('bomfri')! / best) * 100) / 100,
}));

/** Built in a copy: the folder itself may be read-only. */
async function buildPeer(): Promise<string> {
  const copy = join(cacheDir, 'streams-peer');
  cpSync(peer, copy, { recursive: true, force: true });
  process.stderr.write('building the Kafka Streams program\n');
  await run('mvn', ['-q', '-B', 'package'], { cwd: copy });
  return copy;
}
