import { confidenceOf } from './confidence.ts';
import { countryOf } from './country.ts';
import { FormatError, type CameraFormat } from './format.ts';
import { at, listAt, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { utcTime } from './time.ts';

/**
 * Genetec AutoVu SharpV, HTTP extension in JSON. The unit is named by SourceUrl; times without an offset are UTC.
 * https://techdocs.genetec.com/r/en-US/AutoVuTM-SharpV-Administrator-Guide-14.2/
 */
export const genetec: CameraFormat = {
  name: 'genetec',
  read(document) {
    const read = parseJson(document);
    if (at(read, 'PlateRead') === undefined) throw new FormatError('it has no `PlateRead`');
    const analytic = (key: string): string => {
      const value = textAt(listAt(read, 'PlateAnalytics').find((item) => textAt(item, 'Key') === key), 'Value');
      return value === '-' ? '' : value;
    };
    const motion = analytic('Relative Motion').toLowerCase();
    return [{
      serial: textAt(read, 'SourceUrl'),
      eventId: textAt(read, 'Id'),
      capturedAt: utcTime(textAt(read, 'Timestamp')),
      plate: textAt(read, 'PlateRead'),
      // In Europe the state is the country; elsewhere the context is.
      country: countryOf(analytic('State Name') || analytic('Context')),
      confidence: confidenceOf(numberAt({ score: analytic('Confidence Score') }, 'score'), 100),
      candidates: [],
      direction: motion === '' ? null : motion,
      isBackfill: false,
      original: withoutPictures(read),
    }];
  },
};
