import type { StateCodec } from '../../engine/state.ts';
import { avroStateCodec } from '../../engine/avro-state.ts';
import {
  readByte, readCount, readFloat, readFrom, readSharedText, writeByte, writeCount, writeFloat, writeText, writeTo,
} from '../state/packed-values.ts';
import type { DayRhythm } from './rhythm.ts';

/** The rhythms of a garage's cameras on one day of the week: one row, written once a week. */
export interface GarageRhythm {
  readonly garageId: string;
  /** 0 is Monday. WHOLE_WEEK: a row as a former release wrote it. */
  readonly day: number;
  readonly cameras: readonly CameraRhythm[];
}

export interface CameraRhythm extends DayRhythm {
  readonly cameraId: string;
}

export const DAYS = 7;
export const WHOLE_WEEK = 7;
const HOURS = 24;
/** Fewer intervals of an hour are ever counted. */
const IS_READ = 0x80;

export function rhythmKey(garageId: string, day: number): string {
  return `${garageId} ${day}`;
}

const formerRhythm = avroStateCodec<{ garageId: string; cameraId: string; shares: Buffer; seen: Buffer }>(1, {
  type: 'record', name: 'CameraRhythm', fields: [
    { name: 'garageId', type: 'string' }, { name: 'cameraId', type: 'string' }, { name: 'shares', type: 'bytes' },
    { name: 'seen', type: 'bytes' },
  ],
});

/**
 * Format 3, as `packed-values.ts` writes it: an hour is a byte, how many intervals of it were seen and whether anything was
 * read in any of them, and if so the share. In format 2 the share was there if any interval was seen; in format 1 a camera's
 * whole week had a row.
 */
export const rhythmCodec: StateCodec<GarageRhythm> = {
  formatVersion: 3,

  encodeTo({ garageId, day, cameras }, slab) {
    writeTo(slab);
    writeText(garageId);
    writeByte(day);
    writeCount(cameras.length);
    for (const { cameraId, shares, seen } of cameras) {
      writeText(cameraId);
      for (let hour = 0; hour < HOURS; hour++) {
        const isRead = shares[hour]! > 0;
        writeByte(seen[hour]! | (isRead ? IS_READ : 0));
        if (isRead) writeFloat(shares[hour]!);
      }
    }
  },

  decode(bytes, formatVersion) {
    if (formatVersion === 1) {
      const { garageId, cameraId, shares, seen } = formerRhythm.decode(bytes, formatVersion);
      const camera = { cameraId, shares: [...new Float32Array(new Uint8Array(shares).buffer)], seen: [...seen] };
      return { garageId, day: WHOLE_WEEK, cameras: [camera] };
    }
    if (formatVersion !== 2 && formatVersion !== 3) throw new Error(`rhythms of format ${formatVersion} can't be read by this release`);
    readFrom(bytes);
    const garageId = readSharedText();
    const day = readByte();
    const cameras: CameraRhythm[] = [];
    for (let left = readCount(); left > 0; left--) {
      const cameraId = readSharedText();
      const shares: number[] = [];
      const seen: number[] = [];
      for (let hour = 0; hour < HOURS; hour++) {
        const byte = readByte();
        const isRead = formatVersion === 2 ? byte > 0 : (byte & IS_READ) !== 0;
        seen.push(byte & ~IS_READ);
        shares.push(isRead ? readFloat() : 0);
      }
      cameras.push({ cameraId, shares, seen });
    }
    return { garageId, day, cameras };
  },

  // Asked for once a week.
  rests: () => true,
};
