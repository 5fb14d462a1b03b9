import { confidenceOf } from './confidence.ts';
import { countryOf, UNKNOWN_COUNTRY } from './country.ts';
import { directionWord } from './direction.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { hikvisionCountries } from './hikvision-countries.ts';
import { at, numberAt, textAt } from './json.ts';
import { isoTime } from './time.ts';
import { parseXml, xmlWithoutPictures } from './xml.ts';

/**
 * Hikvision ISAPI: an EventNotificationAlert as XML, alone or in a form beside pictures, in the namespace of
 * hikvision.com or isapi.org. Alerts of other kinds than ANPR are no reads. A recorder sends for many cameras: each
 * channel but the first is named after the address, as in C42F90A7B5D1/2.
 */
export const hikvision: CameraFormat = {
  name: 'hikvision',
  read(document) {
    const original = xmlWithoutPictures(document);
    const alert = at(parseXml(original), 'EventNotificationAlert');
    if (typeof alert !== 'object' || alert === null) throw new FormatError('its root is not EventNotificationAlert');
    const anpr = at(alert, 'ANPR');
    if (textAt(alert, 'eventType').toUpperCase() !== 'ANPR' || typeof anpr !== 'object' || anpr === null) return [];
    const plate = textAt(anpr, 'licensePlate');
    return [{
      serial: serialOf(alert),
      eventId: textAt(alert, 'UUID') || textAt(anpr, 'UUID'),
      capturedAt: isoTime(textAt(alert, 'dateTime')),
      plate: NO_PLATE.has(plate.toLowerCase()) ? '' : plate,
      country: countryIn(anpr),
      confidence: confidenceOf(
        numberAt(anpr, 'confidenceLevel') ?? leastBelieved(textAt(anpr, 'plateCharBelieve')),
        100,
      ),
      candidates: [],
      direction: directionWord(textAt(anpr, 'direction')),
      isBackfill: textAt(alert, 'isDataRetransmission') === 'true' || textAt(anpr, 'isDataRetransmission') === 'true',
      original,
    }];
  },
};

const NO_PLATE: ReadonlySet<string> = new Set(['unknown', 'noplate', 'no plate']);

function serialOf(alert: object): string {
  const device = textAt(alert, 'macAddress') || textAt(alert, 'deviceID') || textAt(alert, 'ipAddress');
  const channel = textAt(alert, 'channelID') || textAt(alert, 'dynChannelID');
  return device === '' || channel === '' || channel === '1' ? device : `${device}/${channel}`;
}

/** `country` ends at 255 and is 253 for what is beyond; CRIndex goes on, and the newest firmwares tell ISO's letters. */
function countryIn(anpr: object): string {
  const letters = countryOf(textAt(anpr, 'ISO-CR') || textAt(anpr, 'country'));
  if (letters !== UNKNOWN_COUNTRY) return letters;
  return hikvisionCountries.get(textAt(anpr, 'CRIndex')) ?? hikvisionCountries.get(textAt(anpr, 'country')) ??
    UNKNOWN_COUNTRY;
}

/** The confidence of each character, separated by commas: a plate is as sure as its least sure character. */
function leastBelieved(believed: string): number | null {
  const each = believed.split(',').map(Number);
  return believed !== '' && each.every(Number.isFinite) ? Math.min(...each) : null;
}
