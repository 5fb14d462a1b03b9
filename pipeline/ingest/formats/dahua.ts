import type { CameraTime } from '../cameras/camera-time.ts';
import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { directionWord } from './direction.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { at, listAt, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { epochTime, isoTime } from './time.ts';

/**
 * Dahua, and cameras of its make by other names: TrafficJunction events as JSON, as `Events`, as a notifyEventStream or
 * one alone, also in a form beside pictures. RealUTC is UTC; UTC, which old firmwares send alone, counts the seconds of
 * the camera's local time. Or what the platform access by ITSAPI sends, one `Picture` for each vehicle.
 */
export const dahua: CameraFormat = {
  name: 'dahua',
  // By ITSAPI a camera sends the same again until it reads this: of a heartbeat that it is active, else the result.
  acknowledgement: { Result: true, Active: true },
  read(document) {
    const payload = parseJson(document);
    const isItsApi = ITSAPI_MESSAGES.some((name) => at(payload, name) !== undefined);
    if (isItsApi) return pictureEvents(payload);
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

/** By ITSAPI come pictures, and heartbeats, the device's description and alarms, which are no reads. */
const ITSAPI_MESSAGES = ['Picture', 'Active', 'DeviceType', 'AlarmInfo'];

/** A picture without SnapInfo is of a camera over a stall: nobody passes there. */
function pictureEvents(payload: unknown): CameraEvent[] {
  const plate = at(payload, 'Picture', 'Plate');
  const snap = at(payload, 'Picture', 'SnapInfo');
  if (typeof snap !== 'object' || snap === null) return [];
  const number = textAt(plate, 'PlateNumber');
  return [{
    serial: textAt(snap, 'DeviceID'),
    eventId: '',
    // The camera's local time; its TimeZone is a number of a list of its own.
    capturedAt: isoTime(textAt(snap, 'AccurateTime') || textAt(snap, 'SnapTime')),
    plate: NO_PLATE.has(number) || textAt(plate, 'IsExist') === 'false' ? '' : number,
    country: countryOf(textAt(plate, 'Region')),
    confidence: confidenceOf(numberAt(plate, 'Confidence'), 255),
    candidates: [],
    direction: directionWord(textAt(snap, 'Direction')),
    isBackfill: false,
    original: withoutPictures(payload),
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
