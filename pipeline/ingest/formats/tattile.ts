import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { at, numberAt, textAt } from './json.ts';
import { isoTime } from './time.ts';
import { parseXml, xmlWithoutPictures } from './xml.ts';

/**
 * Tattile: XML whose template the camera's page holds, with the fields' usual names as elements; the root's name is free.
 * DATE and TIME are the camera's local time.
 */
export const tattile: CameraFormat = {
  name: 'tattile',
  parse(body) {
    const text = body.toString('utf8').replace(/^\ufeff/, '');
    const document = parseXml(text);
    const transit = Object.values(document as object).find((root) => at(root, 'PLATE_STRING') !== undefined);
    if (transit === undefined) throw new FormatError('it has no element PLATE_STRING');
    const time = `${textAt(transit, 'DATE')}T${textAt(transit, 'TIME').replace(/^(\d\d)[-:.](\d\d)[-:.](\d\d)/, '$1:$2:$3').replace(/[-,](\d{1,3})$/, '.$1')}`;
    const number = textAt(transit, 'TRANSIT_ID');
    const direction = textAt(transit, 'DIRECTION').toLowerCase();
    return [{
      serial: textAt(transit, 'DEVICE_SN') || textAt(transit, 'SN'),
      // Transits are counted from 1 again when the camera restarts.
      eventId: number === '' ? '' : `${number}-${time}`,
      capturedAt: isoTime(time),
      plate: textAt(transit, 'PLATE_STRING'),
      country: countryOf(textAt(transit, 'PLATE_COUNTRY_CODE') || textAt(transit, 'PLATE_COUNTRY')),
      confidence: confidenceOf(numberAt(transit, 'OCRSCORE'), 100),
      candidates: [],
      direction: direction === '' || direction === 'unknown' ? null : direction,
      isBackfill: false,
      original: xmlWithoutPictures(text),
    }];
  },
};
