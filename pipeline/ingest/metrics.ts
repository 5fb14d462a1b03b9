import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

export type IngestMetrics = ReturnType<typeof newIngestMetrics>;

export function newIngestMetrics(registry: Registry) {
  const registers = [registry];
  return {
    accepted: new Counter({
      name: 'bomfri_ingest_accepted_reads_total', help: 'Reads that the brokers have.', registers,
    }),
    rejected: new Counter({
      name: 'bomfri_ingest_rejected_reads_total', help: 'Reads that were refused, by the field that is wrong.',
      labelNames: ['field'], registers,
    }),
    held: new Counter({
      name: 'bomfri_ingest_held_events_total', help: 'Events of cameras that no garage names, held until one does.',
      labelNames: ['format'], registers,
    }),
    clockOff: new Counter({
      name: 'bomfri_ingest_clock_off_reads_total',
      help: 'Reads of cameras whose clock was so far off that ours was taken.',
      labelNames: ['format'], registers,
    }),
    requests: new Counter({
      name: 'bomfri_ingest_requests_total', help: 'Answered requests with reads, by HTTP status.',
      labelNames: ['status'], registers,
    }),
    requestDuration: new Histogram({
      name: 'bomfri_ingest_request_duration_seconds', help: 'From a request\'s head to its answer.',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15], registers,
    }),
    bytesInFlight: new Gauge({
      name: 'bomfri_ingest_in_flight_bytes', help: 'Bodies of requests that are not answered yet.', registers,
    }),
  };
}
