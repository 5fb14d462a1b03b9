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
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [resolve(root, file), ...args], {
    stdio: 'inherit',
    // What it has parsed and compiled once, it and all that it starts read from there: each starts in half the time.
    env: { NODE_COMPILE_CACHE: join(root, '.bomfri', 'cache', 'compiled'), ...process.env },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) stopWithShell(child);
  child.on('error', (error) => {
    giveUp(`The project's Node could not be started (${error.message}): delete node_modules and try again.`);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** npx runs its commands in a shell, and a signal that npm passes on ends the shell alone. */
function stopWithShell(child) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
}

function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
