import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { directionWord } from './direction.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { at, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { epochTime } from './time.ts';

/**
 * Survision sensors: an `anpr` message with a `decision`; messages of other kinds, and those of a car still in sight,
 * are no reads. It names no sensor: name it in the address, /v1/cameras/survision?camera=NAME.
 */
export const survision: CameraFormat = {
  name: 'survision',
  read(document) {
    const message = parseJson(document);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw new FormatError('it is no object');
    }
    const anpr = at(message, 'anpr');
    const decision = at(anpr, 'decision');
    if (typeof decision !== 'object' || decision === null) return [];
    const session = textAt(anpr, '@session');
    const id = textAt(anpr, '@id');
    return [{
      serial: '',
      eventId: session === '' || id === '' ? '' : `${session}-${id}-${textAt(anpr, '@date')}`,
      capturedAt: epochTime(numberAt(anpr, '@date')),
      plate: textAt(decision, '@plate'),
      country: countryOf(textAt(decision, '@context_isoAlpha2') || textAt(decision, '@context_isoAlpha3')),
      confidence: confidenceOf(numberAt(decision, '@reliability'), 100),
      candidates: [],
      direction: directionWord(textAt(decision, '@direction')),
      isBackfill: false,
      original: withoutPictures(message),
    }];
  },
};
