import { localPort } from '../pipeline/service/config.ts';
import { runningPid, stopNoted } from './background.ts';
import { stackPaths } from './paths.ts';
import type { Say } from './progress.ts';

/** A process of the pipeline: `bomfri <name>` runs it, and the port answers /health/ready. */
export interface Service {
  readonly name: string;
  readonly port: number;
}

/** In the order in which they are stopped: who writes goes before who reads; those of one row together. */
export const services: readonly (readonly Service[])[] = [
  [{ name: 'ingest', port: localPort('ingest') }, { name: 'accounts', port: localPort('accounts') }],
  [{ name: 'quarantine', port: localPort('quarantineAdmin') }],
  [{ name: 'visits', port: localPort('visitsAdmin') }],
  [
    { name: 'closer', port: localPort('closerAdmin') }, { name: 'pricing', port: localPort('pricingAdmin') },
    { name: 'sightings', port: localPort('sightingsAdmin') },
  ],
  [{ name: 'charges', port: localPort('chargesAdmin') }],
  [{ name: 'payments', port: localPort('paymentsAdmin') }, { name: 'documents', port: localPort('documentsAdmin') }],
  [
    { name: 'gateway', port: localPort('gateway') },
    { name: 'webhooks', port: localPort('webhooksAdmin') },
    { name: 'mailer', port: localPort('mailerAdmin') },
  ],
  [{ name: 'privacy', port: localPort('privacyAdmin') }],
  [{ name: 'warehouse', port: localPort('warehouseAdmin') }, { name: 'live', port: localPort('page') }],
];

/** How long a service may take to finish its transaction and leave its group. */
export const SERVICE_GRACE_MS = 15_000;

/** Stops services whose `bomfri start` was killed before it could. */
export async function stopLeftoverServices(say: Say): Promise<void> {
  const { run } = stackPaths();
  for (const row of services) {
    const left = row.filter(({ name }) => runningPid(run, name) !== null);
    await Promise.all(left.map(async ({ name }) =>
      say(`${name}, left by a killed start: ${await stopNoted(run, name, SERVICE_GRACE_MS)}`)));
  }
}
