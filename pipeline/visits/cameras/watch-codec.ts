import type { StateCodec } from '../../engine/state.ts';
import type { Irregularity } from '../../records/records.ts';
import { avroStateCodec } from '../../engine/avro-state.ts';
import { schemaText } from '../../records/codec.ts';
import {
  readByte, readCount, readFrom, readNumber, readSharedText, readText, readTime, writeByte, writeCount, writeNumber, writeText, writeTime,
  writeTo,
} from '../state/packed-values.ts';
import { noneOdd, noneSeen, nothingTold, type CameraWatch, type GarageWatch } from './camera-watch.ts';
import { KEPT_INTERVALS, noCorrections, type ClockCorrection } from './clock-correction.ts';
import { rightClock, type ClockOffset, type OddTime } from './clock-offset.ts';
import { noMisreads, type Misreads } from './misreads.ts';
import type { HourSeen } from './rhythm.ts';
import { notQuiet, type Quiet } from './silence.ts';

/**
 * What is known of a garage's cameras as a changelog value, format 3, written by hand as `stay-codec.ts` tells: where many
 * garages are seldom visited it is written for nearly every read. A camera begins with a byte that tells what is there;
 * intervals are told by how far they are before the next one, and the garage is the key. In format 1 a camera had a row of its
 * own: it is read as a garage's with one camera. Format 2 knew of no corrections, nor of odd times of judged intervals.
 */
export const watchCodec: StateCodec<GarageWatch> = {
  formatVersion: 3,

  encodeTo({ next, cameras }, slab) {
    writeTo(slab);
    writeNumber(next);
    writeCount(cameras.length);
    for (const camera of cameras) writeCamera(camera, next);
  },

  decode(bytes, formatVersion, garageId) {
    if (formatVersion === 1) return decodeFormer(bytes);
    if (formatVersion > 3) throw new Error(`watches of format ${formatVersion} can't be read by this release`);
    readFrom(bytes);
    const next = readNumber();
    const cameras: CameraWatch[] = [];
    for (let left = readCount(); left > 0; left--) cameras.push(readCamera(next, formatVersion));
    return { garageId: garageId!, next, cameras };
  },

  // Asked for by the quarter of an hour.
  rests: () => true,
};

function writeCamera(camera: CameraWatch, next: number): void {
  const { cameraId, from, hours, quiet, misreads, clock, corrections, odd, oddBefore, heardIn, told } = camera;
  const isQuiet = quiet.intervals > 0;
  const isJudged = misreads.judged > 0 || misreads.score > 0 || misreads.isDegraded;
  writeText(cameraId);
  writeByte(
    (isQuiet ? IS_QUIET : 0) | (isJudged ? IS_JUDGED : 0) | (misreads.isDegraded ? IS_DEGRADED : 0) | (clock.reads > 0 ? HAS_CLOCK : 0) |
    (odd.length + oddBefore.length > 0 ? HAS_ODD : 0) | (heardIn > 0 ? IS_HEARD : 0) | (told.length > 0 ? IS_TOLD : 0) |
    (corrections.length > 0 ? IS_CORRECTED : 0),
  );
  writeCount(next - from);
  writeCount(hours.length);
  for (const { hour, seen, read } of hours) {
    writeByte(hour);
    writeByte(seen);
    writeByte(read);
  }
  if (isQuiet) writeQuiet(quiet, next);
  if (isJudged) {
    writeNumber(misreads.judged);
    writeNumber(misreads.wrong);
    writeNumber(misreads.score);
  }
  if (clock.reads > 0) writeClock(clock);
  if (corrections.length > 0) writeCorrections(corrections, next);
  if (odd.length + oddBefore.length > 0) {
    writeOdd(odd);
    writeOdd(oddBefore);
  }
  if (heardIn > 0) writeNumber(heardIn);
  if (told.length > 0) writeText(JSON.stringify(told));
}

function readCamera(next: number, formatVersion: number): CameraWatch {
  const cameraId = readSharedText();
  const has = readByte();
  const from = next - readCount();
  const hours = readHours();
  const quiet = has & IS_QUIET ? readQuiet(next) : notQuiet;
  const misreads: Misreads = has & IS_JUDGED
    ? { judged: readNumber(), wrong: readNumber(), score: readNumber(), isDegraded: (has & IS_DEGRADED) !== 0 } : noMisreads;
  const clock = has & HAS_CLOCK ? readClock() : rightClock;
  const corrections = has & IS_CORRECTED ? readCorrections(next) : noCorrections;
  const odd = has & HAS_ODD ? readOdd() : noneOdd;
  const oddBefore = has & HAS_ODD && formatVersion > 2 ? readOdd() : noneOdd;
  const heardIn = has & IS_HEARD ? readNumber() : 0;
  const told = has & IS_TOLD ? JSON.parse(readText()) as Irregularity[] : nothingTold;
  return { cameraId, from, hours, quiet, misreads, clock, corrections, odd, oddBefore, heardIn, told };
}

function readHours(): readonly HourSeen[] {
  const length = readCount();
  if (length === 0) return noneSeen;
  const hours: HourSeen[] = [];
  while (hours.length < length) hours.push({ hour: readByte(), seen: readByte(), read: readByte() });
  return hours;
}

function writeQuiet({ since, intervals, surprise, othersExpected, othersRead }: Quiet, next: number): void {
  writeCount(next - since);
  writeCount(intervals);
  writeNumber(surprise);
  writeNumber(othersExpected);
  writeCount(othersRead);
}

function readQuiet(next: number): Quiet {
  return {
    since: next - readCount(), intervals: readCount(), surprise: readNumber(), othersExpected: readNumber(), othersRead: readCount(),
  };
}

function writeClock({ reads, ahead, behind, byMs }: ClockOffset): void {
  writeNumber(reads);
  writeNumber(ahead);
  writeNumber(behind);
  writeNumber(byMs);
}

function readClock(): ClockOffset {
  return { reads: readNumber(), ahead: readNumber(), behind: readNumber(), byMs: readNumber() };
}

/** None begins longer ago than they are kept, but for one that began whenever. */
function writeCorrections(corrections: readonly ClockCorrection[], next: number): void {
  writeCount(corrections.length);
  for (const { from, areOthersRight, offByMs } of corrections) {
    writeCount(from === 0 ? 0 : from - next + KEPT_INTERVALS);
    writeByte(areOthersRight ? 1 : 0);
    writeNumber(offByMs);
  }
}

function readCorrections(next: number): ClockCorrection[] {
  const corrections: ClockCorrection[] = [];
  for (let left = readCount(); left > 0; left--) {
    const since = readCount();
    corrections.push({
      from: since === 0 ? 0 : next - KEPT_INTERVALS + since, areOthersRight: readByte() === 1, offByMs: readNumber(),
    });
  }
  return corrections;
}

function writeOdd(odd: readonly OddTime[]): void {
  writeCount(odd.length);
  for (const { at, lagMs } of odd) {
    writeTime(at);
    writeNumber(lagMs);
  }
}

function readOdd(): OddTime[] {
  const odd: OddTime[] = [];
  for (let left = readCount(); left > 0; left--) odd.push({ at: readTime(), lagMs: readNumber() });
  return odd;
}

const IS_QUIET = 1;
const IS_JUDGED = 2;
const IS_DEGRADED = 4;
const HAS_CLOCK = 8;
const HAS_ODD = 16;
const IS_HEARD = 32;
const IS_TOLD = 64;
const IS_CORRECTED = 128;

const fields = (of: Record<string, unknown>) => Object.entries(of).map(([name, type]) => ({ name, type }));
const record = (name: string, of: Record<string, unknown>) => ({ type: 'record', name, fields: fields(of) });

interface FormerWatch extends Omit<CameraWatch, 'hours' | 'corrections' | 'oddBefore'> {
  readonly garageId: string;
  readonly next: number;
  readonly hour: HourSeen;
}

const formerWatch = avroStateCodec<FormerWatch>(1, record('CameraWatch', {
  garageId: 'string', cameraId: 'string', from: 'int', next: 'int',
  hour: record('HourSeen', { hour: 'int', seen: 'int', read: 'int' }),
  quiet: record('Quiet', { since: 'int', intervals: 'int', surprise: 'double', othersExpected: 'double', othersRead: 'int' }),
  misreads: record('Misreads', { judged: 'double', wrong: 'double', score: 'double', isDegraded: 'boolean' }),
  clock: record('ClockOffset', { reads: 'double', ahead: 'double', behind: 'double', byMs: 'long' }),
  odd: { type: 'array', items: record('OddTime', { at: 'long', lagMs: 'long' }) },
  heardIn: 'int',
  told: { type: 'array', items: JSON.parse(schemaText('Irregularity')) },
}));

function decodeFormer(bytes: Buffer): GarageWatch {
  const { garageId, next, hour, ...camera } = formerWatch.decode(bytes, 1);
  return { garageId, next, cameras: [{ ...camera, corrections: noCorrections, oddBefore: noneOdd, hours: hour.seen === 0 ? noneSeen : [hour] }] };
}
