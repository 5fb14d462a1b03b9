import { ALL_OPERATORS } from '../access/key-ring.ts';
import { ConfigurationError, fieldsOf, firstDuplicate, readJsonArray } from '../configuration/json-fields.ts';
import type { Fields } from '../configuration/json-fields.ts';
import type { Camera, Garage, GarageSettings, Lane, Tariff } from '../records/records.ts';
import { degreesOf } from './direction.ts';
import { sharedSerial } from './serial.ts';
import { parseTariff } from './tariff-fields.ts';

/** What a garage that says nothing else goes by; the schema's own defaults. */
export const defaultSettings: GarageSettings = {
  passageGapMs: 30_000,
  allowedLatenessMs: 120_000,
  horizonMs: 48 * 3_600_000,
  forgetAfterMs: 30 * 86_400_000,
  overstayAfterMs: 7 * 86_400_000,
};

/**
 * Reads a garages file: a JSON array with the names of schemas/Garage.avsc, times as RFC 3339. A camera may be
 * its id alone.
 * @throws {ConfigurationError} naming the garage, the field and what may stand there
 */
export async function readGaragesFile(path: string): Promise<Garage[]> {
  return parseGarages(await readJsonArray(path));
}

/** The same for what stands in the file. */
export function parseGarages(items: readonly unknown[]): Garage[] {
  const garages = items.map(parseGarage);
  refuseTwice(garages.map(({ garageId }) => garageId), 'the file', 'garage');
  refuseSharedSerial(garages);
  return garages;
}

/** @throws {ConfigurationError} two cameras of one operator have the same serial */
export function refuseSharedSerial(garages: Iterable<Garage>): void {
  const shared = sharedSerial(garages);
  if (shared === null) return;
  const [one, other] = shared.cameras;
  throw new ConfigurationError(
    `cameras ${one} and ${other} have the same serial '${shared.serial}': take it from one of them`,
  );
}

function parseGarage(item: unknown, index: number): Garage {
  const garageId = fieldsOf(item, `garage number ${index + 1}`).text('garageId');
  const fields = fieldsOf(item, `garage '${garageId}'`);
  // An API key of this operator is one of all operators.
  if (fields.text('operatorId', 'default') === ALL_OPERATORS) throw fields.refuse('operatorId', 'an id other than *');
  return {
    garageId,
    operatorId: fields.text('operatorId', 'default'),
    name: fields.text('name', ''),
    timezone: parseZone(fields),
    capacity: fields.wholeNumber('capacity', { least: 0, most: INT_MAX }, 0),
    lanes: parseLanes(fields),
    tariffs: parseTariffs(fields),
    settings: parseSettings(fields),
    paymentWindowMs: fields.wholeNumber('paymentWindowMs', { least: 0, most: SETTING_MAX_MS }, 48 * 3_600_000),
    merchant: fields.text('merchant', 'default'),
  };
}

function parseZone(fields: Fields): string {
  const zone = fields.text('timezone');
  // Intl takes plain offsets too; they know no summer time.
  if (/^[+-]/.test(zone) || !isZone(zone)) throw fields.refuse('timezone', 'an IANA time zone such as Europe/Oslo');
  return zone;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function parseLanes(fields: Fields): readonly Lane[] {
  const lanes = fields.list('lanes', parseLane);
  if (lanes.length === 0) throw fields.refuse('lanes', 'a list of at least one lane');
  const laneIds = lanes.map(({ laneId }) => laneId);
  refuseTwice(laneIds, fields.where, 'lane');
  refuseTwice(lanes.flatMap(({ cameras }) => cameras.map(({ cameraId }) => cameraId)), fields.where, 'camera');
  for (const lane of lanes) {
    const stranger = lane.adjacent.find((laneId) => laneId === lane.laneId || !laneIds.includes(laneId));
    if (stranger === undefined) continue;
    throw new ConfigurationError(
      `${fields.where}: lane '${lane.laneId}' names '${stranger}' as adjacent, which is no other lane of the garage`,
    );
  }
  return lanes;
}

function parseLane(item: unknown, where: string): Lane {
  const fields = fieldsOf(item, where);
  return {
    laneId: fields.text('laneId'),
    direction: fields.oneOf('direction', ['in', 'out', 'both']),
    adjacent: fields.list('adjacent', parseId, []),
    cameras: fields.list('cameras', parseCamera, []),
  };
}

function parseId(item: unknown, where: string): string {
  if (typeof item === 'string' && item !== '') return item;
  throw new ConfigurationError(`${where} must be an id`);
}

function parseCamera(item: unknown, where: string): Camera {
  const fields = typeof item === 'string' ? fieldsOf({ cameraId: item }, where) : fieldsOf(item, where);
  return {
    cameraId: fields.text('cameraId'),
    view: fields.oneOf('view', ['front', 'rear', 'overview'], 'front'),
    serial: fields.text('serial', ''),
    directions: parseDirections(fields),
  };
}

/** The camera's words in lower case, as they are looked up. */
function parseDirections(camera: Fields): Readonly<Record<string, string>> {
  const directions: Record<string, string> = {};
  for (const [word, direction] of camera.texts('directions')) {
    const isRange = /^\d/.test(word);
    if (word === '' || (isRange && degreesOf(word) === null) || !['in', 'out', 'unknown'].includes(direction)) {
      const examples = '{"forward": "in", "reverse": "out"}, or in degrees {"315-45": "in", "135-225": "out"}';
      throw camera.refuse('directions', `such as ${examples}`);
    }
    directions[word.toLowerCase()] = direction;
  }
  return directions;
}

/** Oldest first. */
function parseTariffs(fields: Fields): readonly Tariff[] {
  const tariffs = fields.list('tariffs', parseTariff, []).toSorted((one, other) => one.validFrom - other.validFrom);
  refuseTwice(tariffs.map(({ tariffVersion }) => tariffVersion), fields.where, 'tariffVersion');
  refuseTwice(tariffs.map(({ validFrom }) => new Date(validFrom).toISOString()), fields.where, 'validFrom of a tariff');
  return tariffs;
}

function parseSettings(garage: Fields): GarageSettings {
  const fields = garage.object('settings');
  if (fields === null) return defaultSettings;
  const time = (name: keyof GarageSettings): number =>
    fields.wholeNumber(name, { least: 0, most: SETTING_MAX_MS }, defaultSettings[name]);
  const settings: GarageSettings = {
    passageGapMs: time('passageGapMs'),
    allowedLatenessMs: time('allowedLatenessMs'),
    horizonMs: time('horizonMs'),
    forgetAfterMs: time('forgetAfterMs'),
    overstayAfterMs: time('overstayAfterMs'),
  };
  // What is held for the allowed lateness must still be there to be repaired.
  if (settings.horizonMs < settings.allowedLatenessMs) throw fields.refuse('horizonMs', 'at least allowedLatenessMs');
  return settings;
}

function refuseTwice(ids: readonly string[], where: string, what: string): void {
  const twice = firstDuplicate(ids);
  if (twice !== undefined) throw new ConfigurationError(`${where}: ${what} '${twice}' stands there twice`);
}

const INT_MAX = 2 ** 31 - 1;
const SETTING_MAX_MS = 3_660 * 86_400_000;
