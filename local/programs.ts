import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../bin/lock.mjs';
import { cacheDir } from './paths.ts';
import { step } from './progress.ts';
import type { Say } from './progress.ts';
import { Trouble } from './trouble.ts';

/** The Java release that Kafka 4 and the registry need at least. */
const JAVA_RELEASE = 17;

/** For a Java program of seconds: to compile it as well as a server's takes longer than it runs. */
export const BRIEF_JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const;

/**
 * The command that runs Java: JAVA_HOME's, else the PATH's. Where none will do, one is installed if possible.
 * @throws {Trouble}
 */
export async function requireJava(say: Say): Promise<string> {
  const fit = await fitJava();
  if (fit !== null) return fit;
  await installOnDebian('default-jre-headless', say);
  const installed = await fitJava();
  if (installed !== null) return installed;
  const version = await javaVersion('java');
  throw new Trouble(`Kafka and the schema registry need Java ${JAVA_RELEASE} or later, but ${
    version === null ? '`java` does not run' : `\`java\` is ${version}`}: install one (on Debian or Ubuntu: `
    + `apt-get install openjdk-${JAVA_RELEASE}-jre-headless) and try again.`);
}

/** The command that runs Maven, with which the parts are downloaded. @throws {Trouble} */
export async function requireMaven(say: Say): Promise<string> {
  if (await runs('mvn')) return 'mvn';
  await installOnDebian('maven', say);
  if (await runs('mvn')) return 'mvn';
  throw new Trouble('Maven downloads Kafka, the schema registry and Redis, but `mvn` does not run:'
    + ' install it (on Debian or Ubuntu: apt-get install maven) and try again.');
}

/** Whether there is such a command and it answers. */
export async function runs(command: string): Promise<boolean> {
  try {
    await promisify(execFile)(command, ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Takes the major release from what `java -version` says: 17 from "17.0.15", 8 from "1.8.0_402". */
export function javaRelease(version: string): number {
  const [first, second] = version.split(/[._-]/).map(Number);
  return (first === 1 ? second : first) ?? 0;
}

async function fitJava(): Promise<string | null> {
  const candidates = [...(process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin', 'java')] : []), 'java'];
  for (const java of candidates) {
    const version = await javaVersion(java);
    if (version !== null && javaRelease(version) >= JAVA_RELEASE) return java;
  }
  return null;
}

async function javaVersion(java: string): Promise<string | null> {
  try {
    const { stderr } = await promisify(execFile)(java, ['-version']);
    return /version "([^"]+)"/.exec(stderr)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Does nothing where it may not or cannot: the caller looks again and tells what is missing. */
async function installOnDebian(packageName: string, say: Say): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  await withLock(join(cacheDir, 'apt.lock'), () => {}, () =>
    step(say, `Installing ${packageName} with apt-get`, `apt-get install ${packageName} has ended`, async () => {
      await aptGet(['update', '-q']);
      await aptGet(['install', '-q', '-y', '--no-install-recommends', packageName]);
    }));
}

function aptGet(args: string[]): Promise<void> {
  const child = spawn('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return new Promise((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}
