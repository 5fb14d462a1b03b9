import { join } from 'node:path';
import { listen } from '../../pipeline/service/admin-server.ts';
import { localPort } from '../../pipeline/service/config.ts';
import { runService } from '../../pipeline/service/process.ts';
import { stackPaths } from '../paths.ts';
import { openBook } from './book.ts';
import { newLocalGateway } from './server.ts';

/** Longer than anybody likes to wait, and shorter than the pipeline does. */
const SLOW_MS = 4_000;

/** `bomfri gateway`: a stand-in for the card payment gateway, for development. */
export function main(): Promise<never> {
  return runService('gateway', null, async ({ config }) => {
    const book = openBook(join(stackPaths().data, 'gateway', 'orders.ndjson'));
    const app = newLocalGateway({ book, url: config.gatewayUrl, slowMs: SLOW_MS });
    await listen(app, { host: config.host, port: localPort('gateway') });
    return { stop: () => app.close(), failed: new Promise(() => {}) };
  });
}
