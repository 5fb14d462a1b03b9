import type { WebhookEndpoint } from '../records/records.ts';
import { textTable } from '../service/text-table.ts';
import { isGivenUp, type Stream } from './stream.ts';

/** The endpoints as lines for a terminal, oldest first, each with how it fares over all partitions. */
export function endpointsTable(endpoints: readonly WebhookEndpoint[], streams: readonly Stream[]): string {
  const rows = endpoints.toSorted((one, other) => one.createdAt - other.createdAt).map((endpoint) => {
    const own = streams.filter(({ endpointId }) => endpointId === endpoint.endpointId);
    const parked = own.flatMap((stream) => stream.parked);
    const givenUp = parked.filter(isGivenUp).length;
    const problems = [...new Set(own.map(({ problem }) => problem))].filter((problem) => problem !== '');
    return [
      endpoint.endpointId,
      endpoint.operatorId,
      // The host alone: an address may hold a secret in its path.
      new URL(endpoint.url).host,
      endpoint.topics.join(','),
      standing(own),
      givenUp === 0 ? String(parked.length) : `${parked.length}, ${givenUp} given up`,
      problems.join(',') || '-',
    ];
  });
  return textTable([['webhook', 'operator', 'host', 'topics', 'state', 'parked', 'last problem'], ...rows]);
}

function standing(streams: readonly Stream[]): string {
  if (streams.length === 0) return 'not begun';
  const disabled = streams.filter(({ disabledAt }) => disabledAt !== null).length;
  if (disabled > 0) return `disabled in ${disabled} of ${streams.length} partitions`;
  const failing = streams.filter(({ failures }) => failures > 0).length;
  return failing > 0 ? `failing in ${failing} of ${streams.length} partitions` : 'well';
}
