import type { CameraTime } from '../cameras/camera-time.ts';

const ISO = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?\d*\s*([Zz]|[+-]\d\d:?\d\d)?$/;

/**
 * An ISO 8601 time, with a space for the T as well: an instant with its offset, a local time without. NaN: it is none.
 */
export function isoTime(text: string): CameraTime {
  const match = ISO.exec(text);
  if (match === null) return NO_TIME;
  const [, date, time, fraction = '', offset] = match;
  const local = `${date}T${time}${fraction}`;
  if (offset === undefined) return { local };
  return { instant: Date.parse(local + offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')) };
}

/** The same for a vendor whose times without offset are UTC. */
export function utcTime(text: string): CameraTime {
  const time = isoTime(text);
  return 'local' in time ? isoTime(`${time.local}Z`) : time;
}

/** Epoch ms as a number or a text. */
export function epochTime(ms: number | null): CameraTime {
  return ms === null ? NO_TIME : { instant: Math.trunc(ms) };
}

export const NO_TIME: CameraTime = { instant: NaN };
