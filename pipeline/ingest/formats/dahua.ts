import type { CameraTime } from '../cameras/camera-time.ts';
import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { at, listAt, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { epochTime, isoTime } from './time.ts';

/**
 * Dahua: TrafficJunction events as JSON, as `Events`, as a notifyEventStream or one alone, also in a form beside
 * pictures. RealUTC is UTC; UTC, which old firmwares send alone, counts the seconds of the camera's local time.
 */
export const dahua: CameraFormat = {
  name: 'dahua',
  read(document) {
    const payload = parseJson(document);
    const lists = [at(payload, 'Events'), at(payload, 'params', 'eventList')];
    const events = lists.find(Array.isArray) ?? [payload];
    if (events.every((event) => textAt(event, 'Code') === '')) throw new FormatError('no event in it has a `Code`');
    return events.flatMap(eventsOf);
  },
};

function eventsOf(event: unknown): CameraEvent[] {
  if (textAt(event, 'Code') !== 'TrafficJunction') return [];
  const data = at(event, 'Data') ?? event;
  const plate = textAt(data, 'TrafficCar', 'PlateNumber') || textAt(data, 'Object', 'Text');
  const driving = textAt(listAt(data, 'TrafficCar', 'DrivingDirection')[0]);
  const direction = (driving || textAt(data, 'JunctionDirection')).toLowerCase();
  return [{
    serial: textAt(data, 'TrafficCar', 'MachineName') || textAt(data, 'TrafficCar', 'DeviceAddress'),
    eventId: '',
    capturedAt: capturedAt(data),
    plate: NO_PLATE.has(plate) ? '' : plate,
    country: countryOf(textAt(data, 'TrafficCar', 'Country') || textAt(data, 'CommInfo', 'Country')),
    confidence: confidenceOf(numberAt(data, 'Object', 'Confidence'), 255),
    candidates: [],
    direction: direction === '' ? null : direction,
    isBackfill: false,
    original: withoutPictures(event),
  }];
}

const NO_PLATE: ReadonlySet<string> = new Set(['unknown', 'Unknown', '00000000']);

function capturedAt(data: unknown): CameraTime {
  const ms = numberAt(data, 'UTCMS') ?? 0;
  const real = numberAt(data, 'RealUTC');
  if (real !== null) return epochTime(real * 1_000 + ms);
  const local = (numberAt(data, 'UTC') ?? NaN) * 1_000 + ms;
  return Math.abs(local) < 8e15 ? isoTime(new Date(local).toISOString().slice(0, -1)) : epochTime(null);
}
