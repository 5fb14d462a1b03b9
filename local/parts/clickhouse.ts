import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { localPort } from '../../pipeline/service/config.ts';
import type { StackPaths } from '../paths.ts';
import { answersOk } from './ask.ts';
import type { Part } from './part.ts';

/** The ClickHouse engine behind a small HTTP front, in a Node process of its own. */
export function clickhousePart(paths: StackPaths): Part {
  const port = localPort('clickhouse');
  const data = join(paths.data, 'clickhouse');
  return {
    name: 'clickhouse',
    title: 'ClickHouse',
    ports: [port],
    prepare: async () => {
      mkdirSync(data, { recursive: true });
      const server = join(import.meta.dirname, '..', 'clickhouse', 'server.ts');
      return { command: process.execPath, args: [server, '--port', String(port), '--data', data] };
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/ping`),
  };
}
