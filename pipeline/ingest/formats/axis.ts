import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { epochTime, isoTime, NO_TIME } from './time.ts';
import type { CameraTime } from '../cameras/camera-time.ts';

/**
 * Axis License Plate Verifier and FF Group CAMMRA: JSON, one event or a list, also in a form beside pictures. A car is
 * told as new, updated and lost; only lost, which has the direction and the best plate, is a read.
 * https://developer.axis.com/vapix/applications/license-plate-verifier-api
 */
export const axis: CameraFormat = {
  name: 'axis',
  read(document) {
    const payload = parseJson(document);
    return (Array.isArray(payload) ? payload : [payload]).flatMap(eventsOf);
  },
};

function eventsOf(item: unknown): CameraEvent[] {
  if (typeof item !== 'object' || item === null) throw new FormatError('an event is no object');
  const state = textAt(item, 'carState').toLowerCase();
  if (!STATES.has(state)) throw new FormatError('`carState` is not new, update or lost');
  if (state !== 'lost') return [];
  const car = textAt(item, 'carID');
  const captured = textAt(item, 'capture_timestamp');
  const direction = textAt(item, 'carMoveDirection').toLowerCase();
  const score = numberAt(item, 'plateConfidence');
  return [{
    serial: textAt(item, 'camera_info', 'SerialNumber') || textAt(item, 'camera_info', 'MACAddress') ||
      textAt(item, 'cameraId') || textAt(item, 'sensorProviderID'),
    // Cars are counted from 1 again when the application restarts.
    eventId: car === '' || captured === '' ? '' : `${car}-${captured}`,
    capturedAt: captured === '' ? dateTime(textAt(item, 'datetime')) : epochTime(Number(captured)),
    plate: textAt(item, 'plateUTF8') || textAt(item, 'plateASCII') || textAt(item, 'plateUnicode') ||
      textAt(item, 'plateText'),
    country: countryOf(textAt(item, 'plateCountry')),
    confidence: confidenceOf(score, score !== null && score > 1 ? 100 : 1),
    candidates: [],
    direction: direction === 'in' || direction === 'out' ? direction : null,
    isBackfill: false,
    original: withoutPictures(item),
  }];
}

const STATES: ReadonlySet<string> = new Set(['new', 'update', 'updated', 'lost']);

/** 20210611 130538252, the camera's local time unless an offset such as +0200 follows. */
function dateTime(text: string): CameraTime {
  const match = /^(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)(\d{3}) ?([+-]\d{4})?$/.exec(text);
  if (match === null) return NO_TIME;
  const [, year, month, day, hour, minute, second, ms, offset = ''] = match;
  return isoTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${offset}`);
}
