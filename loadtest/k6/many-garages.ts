import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase, steadyPhases } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { wholeIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/**
 * The same rate over few garages or very many: `loadtest/run.ts` runs it with each number and
 * compares what a read costs.
 */
const shape = shapeOf('many-garages', __ENV);
const gateway = openGateway(shape);
const phases = steadyPhases(shape);
export const options = loadOptions(shape, phases, { http_req_failed: ['rate==0'], ...wholeIn('steady') });

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
