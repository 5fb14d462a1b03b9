import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase } from './load.ts';
import type { Phase } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { honestIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** A few requests: are reads taken at all, here, with this key? */
const shape = shapeOf('smoke', __ENV);
const gateway = openGateway(shape);
const phases: readonly Phase[] = [{ name: 'smoke', seconds: shape.seconds, share: 1 }];
export const options = loadOptions(shape, phases, honestIn('smoke'));

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
