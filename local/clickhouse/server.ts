import { parseArgs } from 'node:util';
import { startClickHouseFront } from './front.ts';

/** `node local/clickhouse/server.ts --port 9123 --data DIR`: ClickHouse for one machine, until SIGTERM or SIGINT. */
const { values } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } });
const port = Number(values.port);
if (values.data === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error('Usage: node local/clickhouse/server.ts --port PORT --data DIRECTORY');
  process.exit(2);
}

try {
  const front = await startClickHouseFront({ port, dataDir: values.data });
  const stop = (): void => void front.close().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  console.log(`ClickHouse ${front.version} on ${front.url}, data in ${values.data}`);
} catch (error) {
  console.error(`ClickHouse did not start: ${startFailure(error, port, values.data)}`);
  process.exit(1);
}

function startFailure(error: unknown, wantedPort: number, dataDir: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${wantedPort} is in use; stop what listens there or choose another.`;
  if (/create connection/.test(message)) {
    return `the engine can't open ${dataDir}; if another process has it open, stop that one or take another directory.`;
  }
  return message;
}
