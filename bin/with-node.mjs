#!/usr/bin/env node
import { run } from './run.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node bin/with-node.mjs FILE [ARGUMENTS]\n');
  process.exit(1);
}
await run(file, args);
