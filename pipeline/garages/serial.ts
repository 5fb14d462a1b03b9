import type { Garage } from '../records/records.ts';

const MAC_ADDRESS = /^[0-9A-F]{2}([:-][0-9A-F]{2}){5}(?![0-9A-F])/;

/**
 * One way of writing what a camera calls itself: upper case, without spaces around it, a MAC address (at its start)
 * without separators. The same camera names itself AC:CC:8E:D3:29:0D, ac-cc-8e-d3-29-0d and ACCC8ED3290D.
 */
export function serialKey(serial: string): string {
  return serial.trim().toUpperCase().replace(MAC_ADDRESS, (address) => address.replace(/[:-]/g, ''));
}

/** A serial that two cameras of one operator have: nobody could tell where its reads belong. */
export function sharedSerial(garages: Iterable<Garage>): { serial: string; cameras: readonly [string, string] } | null {
  const known = new Map<string, string>();
  for (const { garageId, operatorId, lanes } of garages) {
    for (const { cameraId, serial } of lanes.flatMap(({ cameras }) => cameras)) {
      if (serial === '') continue;
      const key = JSON.stringify([operatorId, serialKey(serial)]);
      const camera = `'${cameraId}' of garage '${garageId}'`;
      const other = known.get(key);
      if (other !== undefined) return { serial, cameras: [other, camera] };
      known.set(key, camera);
    }
  }
  return null;
}
