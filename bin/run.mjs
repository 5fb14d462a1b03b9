import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstallError, ensureInstalled } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs a file of the project with the project's own Node, which executes TypeScript as it stands;
 * the Node that runs this one only has to be able to start it.
 *
 * @param {string} file path from the project's folder
 * @param {string[]} args
 */
export async function run(file, args) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    giveUp(`Bomfri needs Node 20 or later, but this is ${process.versions.node}: install a newer one and try again.`);
  }
  try {
    await ensureInstalled(root);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    giveUp(error.message);
  }
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [resolve(root, file), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    giveUp(`The project's Node could not be started (${error.message}): delete node_modules and try again.`);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
