import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../bin/lock.mjs';
import { requireDiskSpace } from './disk.ts';
import { cacheDir } from './paths.ts';
import { requireMaven } from './programs.ts';
import { step } from './progress.ts';
import type { Say } from './progress.ts';
import { Trouble } from './trouble.ts';

/** This version reads no parent descriptors when it unpacks, and those of the registry are not published. */
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:2.10:unpack';
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Room for all downloads, their unpacked form and Maven's own copies. */
const DOWNLOADS_MIB = 800;

/** A pinned download: its folder in the cache is named for what it holds, so a new version is a new folder. */
export interface Download {
  readonly title: string;
  readonly folder: string;
  /** Maven's arguments that fill the folder; `into` is where. */
  readonly maven: (into: string) => string[];
}

/** An archive, unpacked; `only` names the entries that are wanted. */
export function unpackedArtifact(title: string, folder: string, artifact: string, only = '**'): Download {
  return {
    title,
    folder,
    maven: (into) => [UNPACK, `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`, `-Dmdep.unpack.includes=${only}`],
  };
}

/** All jars that a pom.xml depends on. */
export function dependenciesOf(title: string, folder: string, pom: string): Download {
  return { title, folder, maven: (into) => ['-f', pom, COPY_DEPENDENCIES, `-DoutputDirectory=${into}`] };
}

/**
 * The folder that holds the download, fetched at the first call on this checkout. It is filled under another name
 * and renamed when whole, so an interrupted download is never taken for a finished one.
 * @throws {Trouble} when Maven is missing, the disk nearly full or the network away
 */
export async function fetched(download: Download, say: Say): Promise<string> {
  const folder = join(cacheDir, download.folder);
  if (existsSync(folder)) return folder;
  const waiting = () => say(`${download.title}: waiting for another download`);
  // One at a time, for several Mavens that fill the same local repository can get into each other's way.
  return withLock(join(cacheDir, 'download.lock'), waiting, async () => {
    if (existsSync(folder)) return folder;
    const maven = await requireMaven(say);
    requireDiskSpace(cacheDir, DOWNLOADS_MIB, 'free some space for the downloads of the local stack');
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await step(say, `${download.title}: downloading`, `${download.title}: downloaded`, () =>
      runMaven(maven, download, partial));
    // The note that Maven's unpacking leaves in the folder it runs in.
    rmSync(join(partial, '${project.basedir}'), { recursive: true, force: true });
    renameSync(partial, folder);
    return folder;
  });
}

function runMaven(maven: string, download: Download, into: string): Promise<void> {
  // Batch mode, no transfer lines, and a download that failed before is tried again.
  const child = spawn(maven, ['-B', '-ntp', '-U', ...download.maven(into)], {
    cwd: into,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new Trouble(`${download.title} could not be downloaded, for Maven did not start: ${error.message}`)));
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Trouble(mavenFailure(download.title, output)))));
  });
}

/** One sentence out of Maven's output: what failed, from where, and what to do. */
export function mavenFailure(title: string, output: string): string {
  const error = output.split('\n').find((line) => line.startsWith('[ERROR]')) ?? '[ERROR] it said nothing';
  // Maven wraps the cause in what it was about to do; the cause begins at the last "Could not".
  const cause = error.slice(Math.max('[ERROR] '.length, error.lastIndexOf('Could not '))).replace(' -> [Help 1]', '');
  const from = /(?:from\/to|in) \S+ \((https?:[^)]+)\)/.exec(output)?.[1];
  return `${title} could not be downloaded${from === undefined ? '' : ` from ${from}`}:`
    + ` check the network (or the mirror in Maven's settings.xml) and try again; Maven's reason: ${cause}`;
}
