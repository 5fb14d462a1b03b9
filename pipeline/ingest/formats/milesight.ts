import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { directionWord } from './direction.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { at, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { isoTime } from './time.ts';

/**
 * Milesight: what its LPR cameras post by HTTP as JSON, all values as texts. A message with an `event` is of another kind
 * (counts, lists, violations). Times are the camera's local time.
 * https://support.milesight.com/support/solutions/articles/69000797725
 */
export const milesight: CameraFormat = {
  name: 'milesight',
  read(document) {
    const message = parseJson(document);
    if (textAt(message, 'event') !== '') return [];
    if (at(message, 'plate') === undefined) throw new FormatError('it has neither `plate` nor `event`');
    return [{
      serial: textAt(message, 'device'),
      eventId: '',
      capturedAt: isoTime(textAt(message, 'time_msec') || textAt(message, 'time')),
      plate: textAt(message, 'plate'),
      country: countryOf(textAt(message, 'region')),
      confidence: confidenceOf(numberAt(message, 'confidence'), 1),
      candidates: [],
      direction: directionWord(textAt(message, 'direction')),
      isBackfill: false,
      original: withoutPictures(message),
    }];
  },
};
