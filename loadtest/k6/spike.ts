import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase } from './load.ts';
import type { Phase } from './load.ts';
import { shapeOf } from '../gateways/shape.ts';
import { wholeIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/** Ten times the usual from one second to the next: some may be told to wait, and soon after all is as before. */
const shape = shapeOf('spike', __ENV);
const gateway = openGateway(shape);
const phases: readonly Phase[] = [
  { name: 'before', seconds: shape.seconds * 0.3, share: 0.1 },
  { name: 'spike', seconds: 1, share: 1 },
  { name: 'spike', seconds: shape.seconds * 0.2, share: 1 },
  { name: 'settling', seconds: 1, share: 0.1 },
  { name: 'settling', seconds: 10, share: 0.1 },
  { name: 'after', seconds: shape.seconds * 0.5, share: 0.1 },
];

export const options = loadOptions(shape, phases, {
  checks: ['rate>0.99'],
  clear_answers: ['rate==1'],
  ...wholeIn('before'),
  ...wholeIn('after'),
});

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
