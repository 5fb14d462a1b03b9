import type { Cluster } from './cluster.ts';
import { flexibleRequest, FlexibleReader, type FlexibleApi } from './flexible.ts';
import type { Protocol } from './kafkajs.ts';
import type { Lane } from './lane.ts';

/**
 * The protocol of transactions (Kafka's KIP-890). By 1 each partition and group is added to a transaction before it is
 * written to. By 2 the first write adds it, and each transaction has a producer epoch of its own.
 */
export type TransactionVersion = 1 | 2;

/** 2 where the whole cluster has agreed on it, as from Kafka 4.0 on; also 1 where that is not known. */
export async function transactionVersionOf(
  cluster: Cluster, lane: Lane, transactionalId: string, deadline: number,
): Promise<TransactionVersion> {
  const { features } = await cluster.askCoordinator(
    'transaction', transactionalId, deadline, (nodeId) => lane.send(nodeId, apiVersionsRequest()), (each) => each.errorCode,
  );
  return (features.get(FEATURE) ?? 0) >= 2 ? 2 : 1;
}

const FEATURE = 'transaction.version';

interface ApiVersionsAnswer {
  readonly errorCode: number;
  /** The finalised level of each feature. */
  readonly features: ReadonlyMap<string, number>;
}

/** ApiVersions, version 3. */
function apiVersionsRequest(): Protocol<ApiVersionsAnswer> {
  const { request } = flexibleRequest(API_VERSIONS, (to) => to.writeUVarIntString('bomfri').writeUVarIntString('1'), () => null);
  return { request, response: { decode: async (payload) => readApiVersions(payload), parse: async (answer) => answer } };
}

const API_VERSIONS: FlexibleApi = ['ApiVersions', 18, 3];

/** A broker older than the request answers it with an error, in an older form, and so has no features. */
export function readApiVersions(payload: Buffer): ApiVersionsAnswer {
  // Of all flexible answers this one has no tagged fields in its header.
  const from = new FlexibleReader(payload);
  const features = new Map<string, number>();
  const errorCode = from.int16();
  if (errorCode !== 0) return { errorCode, features };
  // Each api's key, oldest and newest version.
  from.structures(() => [from.int16(), from.int16(), from.int16()]);
  from.int32(); // throttle, ms
  from.tags((tag) => {
    if (tag !== FINALIZED) return;
    from.structures(() => {
      features.set(from.text(), from.int16());
      from.int16(); // the oldest level that is still in use
    });
  });
  return { errorCode, features };
}

const FINALIZED = 2;
