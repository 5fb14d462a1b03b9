import { dashboard } from './dashboard.ts';
import { heatmap, stat, timeseries } from './panels.ts';
import { metric, metricBuckets, metricNow } from './queries.ts';

/** How the processes do, from Prometheus. */
export const pipelineHealth = dashboard(
  {
    uid: 'bomfri-pipeline-health',
    title: 'Bomfri: Pipeline health',
    description: 'Lag, throughput, transactions, errors and resources of the processes',
    from: 'now-1h',
  },
  [
    {
      height: 4,
      panels: [
        stat(
          { title: 'Largest lag', description: 'Of all stages and partitions, behind the input\'s end.', unit: 's' },
          metricNow('max(bomfri_lag_seconds)'),
        ),
        stat(
          { title: 'Reads accepted per second', description: 'Reads that ingest has answered for, over five minutes.' },
          metricNow('sum(rate(bomfri_ingest_accepted_reads_total[5m]))'),
        ),
        stat(
          { title: 'Dead letters in an hour', description: 'Records set aside by all stages: look at each.' },
          metricNow('sum(increase(bomfri_dead_letters_total[1h]))'),
        ),
        stat(
          { title: 'Tasks owned', description: 'Partitions that some process works on, all stages together.' },
          metricNow('sum(bomfri_tasks_owned)'),
        ),
        stat(
          { title: 'Processes up', description: 'Processes whose metrics Prometheus reads.' },
          metricNow('count(process_start_time_seconds)'),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          { title: 'Lag', description: 'The partition furthest behind, per stage and topic.', unit: 's' },
          [metric('max by (stage, topic) (bomfri_lag_seconds)', '{{stage}} {{topic}}')],
        ),
        timeseries(
          { title: 'Records per second', description: 'Read in committed transactions.', unit: 'ops' },
          [metric('sum by (stage) (rate(bomfri_input_records_total[$__rate_interval]))', '{{stage}}')],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          { title: 'Transaction, p95', description: 'From its first record to the answer of its commit.', unit: 's' },
          [metric(quantile(0.95, 'bomfri_transaction_duration_seconds', 'stage, le'), '{{stage}}')],
        ),
        timeseries(
          { title: 'Waiting for the log, p95', description: 'That part of a transaction.', unit: 's' },
          [metric(quantile(0.95, 'bomfri_transaction_commit_seconds', 'stage, le'), '{{stage}}')],
        ),
        heatmap(
          { title: 'Transactions', description: 'How many took how long, all stages.', unit: 's' },
          metricBuckets('sum by (le) (increase(bomfri_transaction_duration_seconds_bucket[$__rate_interval]))'),
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          { title: 'Ingest answers per second', description: 'Requests with reads, by HTTP status.', unit: 'reqps' },
          [metric('sum by (status) (rate(bomfri_ingest_requests_total[$__rate_interval]))', '{{status}}')],
        ),
        timeseries(
          { title: 'Ingest answer time', description: 'From a request\'s head to its answer.', unit: 's' },
          [
            metric(quantile(0.5, 'bomfri_ingest_request_duration_seconds', 'le'), 'p50'),
            metric(quantile(0.99, 'bomfri_ingest_request_duration_seconds', 'le'), 'p99', 'B'),
          ],
        ),
        timeseries(
          { title: 'Reads refused per second', description: 'By the field that is wrong.', unit: 'ops' },
          [metric('sum by (field) (rate(bomfri_ingest_rejected_reads_total[$__rate_interval]))', '{{field}}')],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          { title: 'Dead letters', description: 'Records set aside, by stage and reason.' },
          [
            metric(
              'sum by (stage, reason) (increase(bomfri_dead_letters_total[$__rate_interval]))',
              '{{stage}} {{reason}}',
            ),
          ],
          true,
        ),
        timeseries(
          { title: 'Interruptions', description: 'Tasks that lost their work and claimed again.' },
          [
            metric(
              'sum by (stage, reason) (increase(bomfri_task_interruptions_total[$__rate_interval]))',
              '{{stage}} {{reason}}',
            ),
          ],
          true,
        ),
        timeseries(
          { title: 'State', description: 'Keys that a stage holds in memory.' },
          [metric('sum by (stage) (bomfri_state_keys)', '{{stage}}')],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          {
            title: 'Webhook attempts per second',
            description: 'By what came of them: taken, or why not.',
            unit: 'ops',
          },
          [metric('sum by (outcome) (rate(bomfri_webhook_attempts_total[$__rate_interval]))', '{{outcome}}')],
        ),
        timeseries(
          {
            title: 'Webhook records set aside',
            description: 'By endpoint: more than none is for a person to look at.',
          },
          [metric('sum by (webhook) (bomfri_webhook_parked)', '{{webhook}}')],
        ),
        timeseries(
          {
            title: 'Webhooks failing and disabled',
            description: 'Partitions, by endpoint; what is disabled waits for a person.',
          },
          [
            metric('sum by (webhook) (bomfri_webhook_failing)', '{{webhook}} failing'),
            metric('sum by (webhook) (bomfri_webhook_disabled)', '{{webhook}} disabled', 'B'),
          ],
        ),
      ],
    },
    {
      height: 8,
      panels: [
        timeseries(
          { title: 'Memory', description: 'Resident, per process.', unit: 'bytes' },
          [metric('process_resident_memory_bytes', '{{instance}}')],
        ),
        timeseries(
          { title: 'Processor', description: 'Of one core, per process.', unit: 'percentunit' },
          [metric('rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}')],
        ),
        timeseries(
          { title: 'Event loop, p99', description: 'How late a process gets to what is due.', unit: 's' },
          [metric('nodejs_eventloop_lag_p99_seconds', '{{instance}}')],
        ),
      ],
    },
  ],
);

/** PromQL: a quantile of a histogram, over the time between two points. */
function quantile(share: number, histogram: string, labels: string): string {
  return `histogram_quantile(${share}, sum by (${labels}) (rate(${histogram}_bucket[$__rate_interval])))`;
}
