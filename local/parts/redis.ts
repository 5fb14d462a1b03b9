import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localPort } from '../../pipeline/service/config.ts';
import { fetched, unpackedArtifact } from '../download.ts';
import type { StackPaths } from '../paths.ts';
import { runs } from '../programs.ts';
import type { Say } from '../progress.ts';
import { Trouble } from '../trouble.ts';
import { ask } from './ask.ts';
import type { Part } from './part.ts';

/** Binaries for several machines stand in one archive; this is the one for this machine. */
const machine = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const download = unpackedArtifact(
  'Redis 6.2',
  `redis-6.2-${machine}`,
  'com.github.codemonstur:embedded-redis:1.4.3',
  `**/redis-server-*-${machine}`,
);

/** Redis, saved to a file once a minute: it holds a projection only, which can be rebuilt from the topics. */
export function redisPart(paths: StackPaths): Part {
  const port = localPort('redis');
  const home = join(paths.data, 'redis');
  return {
    name: 'redis',
    title: 'Redis',
    ports: [port],
    prepare: async (say) => {
      mkdirSync(home, { recursive: true });
      return {
        command: await redisServer(say),
        args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', '60 1', '--appendonly', 'no'],
      };
    },
    isReady: async () => (await ask(port, Buffer.from('PING\r\n'))).toString().startsWith('+PONG'),
  };
}

async function redisServer(say: Say): Promise<string> {
  if (await runs('redis-server')) return 'redis-server';
  const folder = await fetched(download, say);
  const name = readdirSync(folder).find((file) => file.startsWith('redis-server'));
  const binary = join(folder, name ?? 'redis-server');
  if (name !== undefined) chmodSync(binary, 0o755);
  if (name === undefined || !(await runs(binary))) {
    throw new Trouble(`The downloaded Redis does not run on this machine (${machine}):`
      + ' install redis-server so that it is on the PATH (on Debian or Ubuntu: apt-get install redis-server) and try '
      + 'again.');
  }
  return binary;
}
