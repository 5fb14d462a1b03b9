import { confidenceOf } from './confidence.ts';
import { countryOf, UNKNOWN_COUNTRY } from './country.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { listAt, numberAt, parseJson, textAt, withoutPictures } from './json.ts';
import { epochTime } from './time.ts';

/**
 * OpenALPR / Rekor Scout: `alpr_group`, one vehicle up to ten seconds after it went by, and `alpr_results`, each frame
 * at once. Heartbeats, previews of a group and vehicles without a plate are no reads.
 * https://docs.rekor.ai/scout/application-integration/json-group-results
 */
export const rekor: CameraFormat = {
  name: 'rekor',
  read(document) {
    const payload = parseJson(document);
    switch (textAt(payload, 'data_type')) {
      case 'alpr_group': return textAt(payload, 'is_preview') === 'true' ? [] : [groupEvent(payload)];
      case 'alpr_results': return listAt(payload, 'results').map((result) => resultEvent(payload, result));
      case '': throw new FormatError('it has no `data_type`');
      default: return [];
    }
  },
};

function groupEvent(group: unknown): CameraEvent {
  const plate = textAt(group, 'best_plate_number') || textAt(group, 'best_plate', 'plate');
  return {
    ...ofAgent(group),
    eventId: textAt(group, 'best_uuid'),
    capturedAt: epochTime(numberAt(group, 'best_uuid_epoch_ms') ?? numberAt(group, 'epoch_start')),
    plate,
    country: countryIn(textAt(group, 'best_region'), textAt(group, 'country')),
    confidence: confidenceOf(numberAt(group, 'best_confidence'), 100),
    candidates: candidatesIn(group, plate),
    direction: numberAt(group, 'travel_direction'),
    original: withoutPictures(group),
  };
}

function resultEvent(frame: unknown, result: unknown): CameraEvent {
  const plate = textAt(result, 'plate');
  const uuid = textAt(frame, 'uuid');
  return {
    ...ofAgent(frame),
    // One frame may show several plates.
    eventId: uuid === '' ? '' : `${uuid}-${textAt(result, 'plate_index') || '0'}`,
    capturedAt: epochTime(numberAt(frame, 'epoch_time')),
    plate,
    country: countryIn(textAt(result, 'region'), textAt(frame, 'country')),
    confidence: confidenceOf(numberAt(result, 'confidence'), 100),
    candidates: candidatesIn(result, plate),
    direction: null,
    original: withoutPictures({ ...(frame as object), results: [result] }),
  };
}

/** camera_id is a number that the agent made up for the camera; it stands in the camera's .conf file. */
function ofAgent(payload: unknown): Pick<CameraEvent, 'serial' | 'isBackfill'> {
  return { serial: textAt(payload, 'camera_id'), isBackfill: false };
}

function countryIn(region: string, country: string): string {
  const ofRegion = countryOf(region);
  return ofRegion === UNKNOWN_COUNTRY ? countryOf(country) : ofRegion;
}

function candidatesIn(value: unknown, plate: string): CameraEvent['candidates'] {
  return listAt(value, 'candidates')
    .map((candidate) => ({
      plate: textAt(candidate, 'plate'), confidence: confidenceOf(numberAt(candidate, 'confidence'), 100),
    }))
    .filter((candidate) => candidate.plate !== plate);
}
