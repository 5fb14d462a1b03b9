import { openGateway } from './gateway.ts';
import { loadOptions, presentPhase } from './load.ts';
import type { Phase } from './load.ts';
import { OUTAGE } from '../gateways/outage-times.ts';
import { shapeOf } from '../gateways/shape.ts';
import { wholeIn } from './thresholds.ts';

export { handleSummary } from './summary.ts';

/**
 * Kafka is away for a while in the middle: `loadtest/run.ts` stops the local broker when the outage begins. Who gets no
 * 202 is told so clearly and sends again; when the broker is back, everything goes on by itself.
 */
const shape = shapeOf('outage', __ENV);
const gateway = openGateway(shape);
const phases: readonly Phase[] = [
  { name: 'before', seconds: OUTAGE.afterSeconds, share: 1 },
  { name: 'outage', seconds: OUTAGE.seconds, share: 1 },
  { name: 'recovery', seconds: OUTAGE.recoverySeconds, share: 1 },
  { name: 'after', seconds: shape.seconds, share: 1 },
];

export const options = loadOptions(shape, phases, {
  clear_answers: ['rate==1'],
  told_to_wait: ['count>0'],
  ...wholeIn('before'),
  ...wholeIn('after'),
});

export default function sendNextReads(): void {
  gateway.sendNext(presentPhase(phases));
}
