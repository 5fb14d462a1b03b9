import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './paths.ts';
import { Trouble } from './trouble.ts';

const cli = join(projectRoot, 'pipeline', 'cli.ts');

/** The program and arguments that run `bomfri <args>` with this very Node. */
export function bomfri(...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: [cli, ...args] };
}

/** Runs a `bomfri` command to its end. @throws {Trouble} with what it said, when it fails */
export function runQuietly(...args: string[]): Promise<void> {
  const { command, args: all } = bomfri(...args);
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Trouble(`\`npx bomfri ${args.join(' ')}\` failed:\n${output.trimEnd()}`));
    });
  });
}

/** Runs a `bomfri` command that talks to the terminal itself. @returns its exit code; 1 when it was ended early */
export function runInTerminal(args: readonly string[], stopping: AbortSignal): Promise<number> {
  const { command, args: all } = bomfri(...args);
  const child = spawn(command, all, { stdio: 'inherit', signal: stopping });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => (stopping.aborted ? resolve(1) : reject(error)));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
