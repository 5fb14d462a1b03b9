import type { StateCodec } from '../../engine/state.ts';
import { avroStateCodec } from '../../records/avro-state.ts';
import { schemaText } from '../../records/codec.ts';
import type { Slab } from '../../records/slab.ts';
import type { CameraWatch } from './camera-watch.ts';

type Stored = Omit<CameraWatch, 'rhythm'> & { readonly shares: Buffer; readonly seen: Buffer };

const fields = (of: Record<string, unknown>) => Object.entries(of).map(([name, type]) => ({ name, type }));
const record = (name: string, of: Record<string, unknown>) => ({ type: 'record', name, fields: fields(of) });

const stored: StateCodec<Stored> = avroStateCodec<Stored>(1, record('CameraWatch', {
  garageId: 'string', cameraId: 'string', from: 'int', next: 'int', shares: 'bytes', seen: 'bytes',
  quiet: record('Quiet', { since: 'int', intervals: 'int', surprise: 'double', othersExpected: 'double', othersRead: 'int' }),
  misreads: record('Misreads', { judged: 'double', wrong: 'double', score: 'double', isDegraded: 'boolean' }),
  clock: record('ClockOffset', { reads: 'double', ahead: 'double', behind: 'double', byMs: 'long' }),
  odd: { type: 'array', items: record('OddTime', { at: 'long', lagMs: 'long' }) },
  heardIn: 'int',
  told: { type: 'array', items: JSON.parse(schemaText('Irregularity')) },
}));

/** A camera's rhythm stands as the bytes of its numbers: 840 of them. */
export const watchCodec: StateCodec<CameraWatch> = {
  formatVersion: stored.formatVersion,
  encodeTo({ rhythm: { shares, seen }, ...others }, slab: Slab) {
    stored.encodeTo({
      ...others, shares: Buffer.from(shares.buffer, shares.byteOffset, shares.byteLength), seen: Buffer.from(seen),
    }, slab);
  },
  decode(bytes, formatVersion) {
    const { shares, seen, ...others } = stored.decode(bytes, formatVersion);
    // Copied: the bytes are another's, and need not begin where a number may.
    return { ...others, rhythm: { shares: new Float32Array(new Uint8Array(shares).buffer), seen: new Uint8Array(seen) } };
  },
};
