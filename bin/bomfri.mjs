#!/usr/bin/env node
import { run } from './run.mjs';

await run('pipeline/cli.ts', process.argv.slice(2));
