import type { StateCodec } from '../../engine/state.ts';
import { avroStateCodec } from '../../records/avro-state.ts';
import { schemaText } from '../../records/codec.ts';
import type { Slab } from '../../records/slab.ts';
import type { CameraWatch } from './camera-watch.ts';
import type { Rhythm } from './rhythm.ts';

const fields = (of: Record<string, unknown>) => Object.entries(of).map(([name, type]) => ({ name, type }));
const record = (name: string, of: Record<string, unknown>) => ({ type: 'record', name, fields: fields(of) });

export const watchCodec: StateCodec<CameraWatch> = avroStateCodec<CameraWatch>(1, record('CameraWatch', {
  garageId: 'string', cameraId: 'string', from: 'int', next: 'int',
  hour: record('HourSeen', { hour: 'int', seen: 'int', read: 'int' }),
  quiet: record('Quiet', { since: 'int', intervals: 'int', surprise: 'double', othersExpected: 'double', othersRead: 'int' }),
  misreads: record('Misreads', { judged: 'double', wrong: 'double', score: 'double', isDegraded: 'boolean' }),
  clock: record('ClockOffset', { reads: 'double', ahead: 'double', behind: 'double', byMs: 'long' }),
  odd: { type: 'array', items: record('OddTime', { at: 'long', lagMs: 'long' }) },
  heardIn: 'int',
  told: { type: 'array', items: JSON.parse(schemaText('Irregularity')) },
}));

/** Of the camera that the key names. */
export interface CameraRhythm extends Rhythm {
  readonly garageId: string;
  readonly cameraId: string;
}

type StoredRhythm = Omit<CameraRhythm, keyof Rhythm> & { readonly shares: Buffer; readonly seen: Buffer };

const storedRhythm = avroStateCodec<StoredRhythm>(1, record('CameraRhythm', {
  garageId: 'string', cameraId: 'string', shares: 'bytes', seen: 'bytes',
}));

/** A rhythm stands as the bytes of its numbers: 840 of them. */
export const rhythmCodec: StateCodec<CameraRhythm> = {
  formatVersion: storedRhythm.formatVersion,
  encodeTo({ shares, seen, ...others }, slab: Slab) {
    const bytes = Buffer.from(shares.buffer, shares.byteOffset, shares.byteLength);
    storedRhythm.encodeTo({ ...others, shares: bytes, seen: Buffer.from(seen) }, slab);
  },
  decode(bytes, formatVersion) {
    const { shares, seen, ...others } = storedRhythm.decode(bytes, formatVersion);
    // Copied: the bytes are another's, and need not begin where a number may.
    return { ...others, shares: new Float32Array(new Uint8Array(shares).buffer), seen: new Uint8Array(seen) };
  },
};
