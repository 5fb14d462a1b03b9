import { axis } from './axis.ts';
import { dahua } from './dahua.ts';
import type { CameraFormat } from './format.ts';
import { genetec } from './genetec.ts';
import { hikvision } from './hikvision.ts';
import { milesight } from './milesight.ts';
import { plateRecognizer } from './plate-recognizer.ts';
import { rekor } from './rekor.ts';
import { survision } from './survision.ts';
import { tattile } from './tattile.ts';

/** Every format that cameras may send; each has its route, its page in docs/cameras and its golden files. */
export const cameraFormats: readonly CameraFormat[] = [
  plateRecognizer, rekor, hikvision, axis, genetec, survision, dahua, tattile, milesight,
];
