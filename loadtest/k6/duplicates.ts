import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase, steadyPhases } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { honestIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** Senders that never see the answer and send the same again, once or many times: on average each request twice. */
const shape = shapeOf('duplicates', __ENV);
const gateway = openGateway(shape);
const phases = steadyPhases(shape);
export const options = loadOptions(shape, phases, honestIn('steady'));

/** Of the requests, those that are sent once more, and of these again. */
const SENT_AGAIN = 0.5;

export default function sendNextReadsAndAgain(): void {
  if (!gateway.sendNext(presentPhase(phases))) return;
  while (Math.random() < SENT_AGAIN) gateway.sendAgain(presentPhase(phases));
}
