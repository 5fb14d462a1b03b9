import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase } from './load.ts';
import type { Phase } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { honestIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** The morning: from a tenth of the rate to all of it, a while of that, and down again. */
const shape = shapeOf('rush', __ENV);
const gateway = openGateway(shape);
const phases: readonly Phase[] = [
  { name: 'rising', seconds: shape.seconds * 0.5, share: 1 },
  { name: 'rush', seconds: shape.seconds * 0.2, share: 1 },
  { name: 'falling', seconds: shape.seconds * 0.3, share: 0.2 },
];
export const options = loadOptions(shape, phases, honestIn('rush'));

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
