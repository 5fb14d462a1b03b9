import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase, steadyPhases } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { honestIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** A fixed rate for as long as you can wait: does anything grow, does anything slow down? */
const shape = shapeOf('soak', __ENV);
const gateway = openGateway(shape);
const phases = steadyPhases(shape);
export const options = loadOptions(shape, phases, honestIn('steady'));

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
