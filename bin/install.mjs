import { spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** Its message is one sentence that says what to do. */
export class InstallError extends Error {}

/**
 * Makes sure that the packages of package-lock.json are installed; runs `npm ci` when they are not.
 * Says what it does on standard error, so that a command's own output stays clean.
 *
 * @param {string} root the project's folder
 * @throws {InstallError}
 */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return linkCommand(root);
  const waiting = () => say('Another process is installing the dependencies: waiting for it.');
  await withLock(join(root, '.bomfri', 'install.lock'), waiting, async () => {
    if (!isInstalled(root)) await install(root);
  });
  linkCommand(root);
}

/** npm notes what it installed in a lock file inside node_modules, as its last step. */
function isInstalled(root) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null || !existsSync(join(root, 'node_modules', '.bin', 'node'))) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    // Packages for other machines are left out by npm.
    if (installed[path] === undefined) return entry.optional === true || entry.devOptional === true;
    return installed[path].version === entry.version;
  });
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null;
}

async function install(root) {
  say('Installing the dependencies with npm ci (about a minute, once) ...');
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const beat = setInterval(() => say(`  ... still installing, ${seconds()} s`), 5_000);
  const npm = spawn('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  const interrupt = () => {
    npm.kill();
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  const outcome = await new Promise((resolve) => {
    npm.on('error', (error) => resolve(`could not be started (${error.message})`));
    npm.on('exit', (code, signal) => resolve(code === 0 ? null : `ended with ${signal ?? `code ${code}`}`));
  });
  clearInterval(beat);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, interrupt);
  if (outcome !== null) {
    throw new InstallError(`The dependencies are not installed, for \`npm ci\` ${outcome}: `
      + 'check the network, the free disk space and that npm is on the PATH, then run the same command again.');
  }
  say(`Installed the dependencies in ${seconds()} s.`);
}

/** npm does not link a project's own command; with the link, `npx bomfri` need not look any further. */
function linkCommand(root) {
  const link = join(root, 'node_modules', '.bin', 'bomfri');
  try {
    if (!existsSync(link)) symlinkSync('../../bin/bomfri.mjs', link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
