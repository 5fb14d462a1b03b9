import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../local/paths.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { drainTopic, onStack, preloadTopic } from './main.ts';

/**
 * `npm run bench:peer`: the same topic drained in turn by our visits stage, in one process and in two, and by a Kafka Streams
 * program that does the same exact-match work, in memory with one thread and with two; three rounds, then the medians and
 * the ratio of the best.
 * BOMFRI_PEER names the folder of the Kafka Streams program.
 */
const ROUNDS = 3;
const READS = Number(process.env.READS ?? 1_000_000);
const AT_ONCE = [1, 2];
const peer = process.env.BOMFRI_PEER ?? join('..', 'shared', 'streams-twin');
if (!existsSync(join(peer, 'pom.xml'))) {
  console.error(`No Kafka Streams program at ${peer}: set BOMFRI_PEER to the folder of one that takes BROKERS, TOPIC, THREADS and STORE.`);
  process.exit(1);
}

const rates = new Map<string, number[]>();
const note = (name: string, result: { readonly reads_per_s: number }): void => {
  console.log(JSON.stringify(result));
  rates.set(name, [...(rates.get(name) ?? []), result.reads_per_s]);
};

await onStack(async () => {
  const built = await buildPeer();
  const topic = await preloadTopic(READS);
  for (let round = 1; round <= ROUNDS; round++) {
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
    for (const processes of AT_ONCE) note(`bomfri ${processes}`, await drainTopic(topic, READS, processes));
    for (const threads of AT_ONCE) {
      const env = {
        ...process.env, BROKERS: readConfig().brokers.join(','), TOPIC: topic, STORE: 'memory', THREADS: String(threads),
      };
      note(`streams ${threads}`, JSON.parse((await run('sh', ['run.sh'], built, env)).split('\n').at(-1)!));
    }
  }
});

const medians = new Map([...rates].map(([name, values]) => [name, values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!]));
const best = (loop: string): number => Math.max(...[...medians].filter(([name]) => name.startsWith(loop)).map(([, rate]) => rate));
console.log(JSON.stringify({
  medians: Object.fromEntries(medians),
  ratio_of_the_best: Math.round((100 * best('bomfri')) / best('streams')) / 100,
}));

/** Built in a copy: the folder itself may be read-only. */
async function buildPeer(): Promise<string> {
  const copy = join(cacheDir, 'streams-peer');
  cpSync(peer, copy, { recursive: true, force: true });
  process.stderr.write('building the Kafka Streams program\n');
  await run('mvn', ['-q', '-B', 'package'], copy, process.env);
  return copy;
}

/** What a program prints on standard output. @throws when it fails */
function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`${command} ended with code ${code}`));
    });
  });
}
