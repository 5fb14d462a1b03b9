import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { directionWord } from './direction.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { at, numberAt, textAt } from './json.ts';
import { isoTime } from './time.ts';
import { parseXml, xmlWithoutPictures } from './xml.ts';

/**
 * Tattile: XML whose template the camera's page holds, with the fields' usual names as elements; the root's name is
 * free. DATE and TIME are the camera's local time.
 */
export const tattile: CameraFormat = {
  name: 'tattile',
  read(document) {
    const original = xmlWithoutPictures(document);
    const transit = Object.values(parseXml(original) as object).find((root) => at(root, 'PLATE_STRING') !== undefined);
    if (transit === undefined) throw new FormatError('it has no element PLATE_STRING');
    const time = `${textAt(transit, 'DATE')}T${clockTime(textAt(transit, 'TIME'))}`;
    const number = textAt(transit, 'TRANSIT_ID');
    return [{
      serial: textAt(transit, 'DEVICE_SN') || textAt(transit, 'SN'),
      // Transits are counted from 1 again when the camera restarts.
      eventId: number === '' ? '' : `${number}-${time}`,
      capturedAt: isoTime(time),
      plate: textAt(transit, 'PLATE_STRING'),
      country: countryOf(textAt(transit, 'PLATE_COUNTRY_CODE') || textAt(transit, 'PLATE_COUNTRY')),
      confidence: confidenceOf(numberAt(transit, 'OCRSCORE'), 100),
      candidates: [],
      direction: directionWord(textAt(transit, 'DIRECTION')),
      isBackfill: false,
      original,
    }];
  },
};

/** 08-20-43-970, with or without its milliseconds, also with colons. */
function clockTime(text: string): string {
  return text.replace(/^(\d\d)[-:.](\d\d)[-:.](\d\d)(?:[-:.,](\d{1,3}))?$/, (_, hour, minute, second, ms = '0') =>
    `${hour}:${minute}:${second}.${ms}`);
}
