import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { at, listAt, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { utcTime } from './time.ts';

/**
 * Plate Recognizer Stream and ParkPow webhooks: JSON, or a form whose field `json` holds it beside pictures. The hook's
 * id is the camera's, not the event's, so readIds come from the content. `timestamp` is UTC.
 * https://guides.platerecognizer.com/docs/stream/results
 */
export const plateRecognizer: CameraFormat = {
  name: 'plate-recognizer',
  read(document) {
    const payload = parseJson(document);
    const data = at(payload, 'data');
    if (typeof data !== 'object' || data === null) throw new FormatError('it has no `data`');
    return listAt(data, 'results').map((result) => eventOf(payload, data, result));
  },
};

function eventOf(payload: unknown, data: object, result: unknown): CameraEvent {
  const plates = listAt(result, 'plate', 'props', 'plate');
  const [best, ...others] = plates.length > 0
    ? plates
    : [{ value: textAt(result, 'plate'), score: at(result, 'score') }];
  const candidates = plates.length > 0
    ? others.map((other) => ({ plate: textAt(other, 'value'), score: numberAt(other, 'score') }))
    : listAt(result, 'candidates').map((other) => ({ plate: textAt(other, 'plate'), score: numberAt(other, 'score') }));
  const plate = textAt(best, 'value');
  const region = textAt(listAt(result, 'plate', 'props', 'region')[0], 'value') || textAt(result, 'region', 'code');
  return {
    serial: textAt(data, 'camera_id'),
    eventId: '',
    capturedAt: utcTime(textAt(data, 'timestamp')),
    plate,
    country: countryOf(region),
    confidence: confidenceOf(numberAt(best, 'score'), 1),
    candidates: candidates.filter((other) => other.plate !== plate)
      .map((other) => ({ plate: other.plate, confidence: confidenceOf(other.score, 1) })),
    direction: numberAt(result, 'direction'),
    isBackfill: false,
    original: withoutPictures({ hook: at(payload, 'hook'), data: { ...data, results: [result] } }),
  };
}
