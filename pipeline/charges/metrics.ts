import { Counter, type Registry } from 'prom-client';
import type { ChargesTold } from './stage.ts';

/** What collecting comes to, as Prometheus counters. */
export function chargesMetrics(registry: Registry): ChargesTold {
  const registers = [registry];
  const outcomes = new Counter({
    name: 'bomfri_payment_outcomes_total', registers, labelNames: ['outcome'],
    help: 'Outcomes of payments and reversals that charges were told. Alert when many are technical or stay unknown: '
      + 'nobody pays then.',
  });
  const givenUp = new Counter({
    name: 'bomfri_charges_given_up_total', registers, labelNames: ['why'],
    help: 'Charges that go on an invoice: for their card, or after a month of technical failures; and reversals that '
      + 'the gateway has refused for a month. Alert on any technical one and on any reversal.',
  });
  for (const why of ['card', 'technical', 'reversal']) givenUp.inc({ why }, 0);
  return { outcome: (outcome) => outcomes.inc({ outcome }), givenUp: (why) => givenUp.inc({ why }) };
}
