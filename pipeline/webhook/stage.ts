import { topics } from '../../topics/topics.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import type { Table } from '../engine/state.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Control, WebhookEndpoint } from '../records/records.ts';
import type { Deliveries } from './deliveries.ts';
import { SOURCES, type Source } from './message.ts';
import { openStreams, streamKey } from './state.ts';
import { disabledByHand, enabled, newStream, replayed, type Stream } from './stream.ts';

export interface WebhooksStageParts {
  readonly ids: SchemaIds;
  readonly endpoints: Pick<GlobalTable<WebhookEndpoint>, 'get' | 'entries'>;
  /** Deliveries of a task that begins. */
  readonly newDeliveries: () => Deliveries;
  /** Told of each task's streams, as they are after a tick. */
  readonly told: (task: number, streams: readonly Stream[]) => void;
}

/**
 * Where each endpoint is in each partition, exactly once in state; and people's words about it. The records themselves
 * are read by the deliveries, each endpoint at its own pace: the log is the queue, and an endpoint that is away for
 * days costs no memory. A tick takes in how far they have got, so what was taken in the moment before a crash is sent
 * once more.
 */
export function webhooksStage({ ids, endpoints, newDeliveries, told }: WebhooksStageParts): Stage {
  const controlCodec = openCodec('Control', ids);

  return {
    name: 'webhooks',
    inputs: [topics.webhooksControl.name],
    changelog: topics.webhooksState.name,
    outputs: [],
    openTask(task, state): StageTask {
      const streams = openStreams(state);
      const deliveries = newDeliveries();
      return {
        apply({ record }) {
          if (record.value === null) throw new RejectedError('empty', 'a record without a value');
          const control = controlCodec.decode(record.value);
          for (const [key, stream] of [...streams.entries()]) {
            if (stream.endpointId === control.subject) streams.put(key, obeying(stream, control));
          }
        },
        tick() {
          let did = takeIn(streams, deliveries);
          did = dropRemoved(streams) || did;
          for (const stream of missing(streams, task)) {
            streams.put(streamKey(stream), stream);
            did = true;
          }
          const all = Array.from(streams.entries(), ([, stream]) => stream);
          deliveries.attend(all.map((stream) => ({ stream, endpoint: endpoints.get(stream.endpointId)! })));
          told(task, all);
          return did;
        },
      };
    },
  };

  function dropRemoved(streams: Table<Stream>): boolean {
    const gone = [...streams.entries()].filter(([, { endpointId, topic }]) => !present().some((endpoint) =>
      endpoint.endpointId === endpointId && topicsOf(endpoint).includes(topic)));
    for (const [key] of gone) streams.delete(key);
    return gone.length > 0;
  }

  function missing(streams: Table<Stream>, task: number): Stream[] {
    return present()
      .flatMap((endpoint) => topicsOf(endpoint).map((topic) => newStream(endpoint, topic, task)))
      .filter((stream) => streams.get(streamKey(stream)) === undefined);
  }

  function present(): WebhookEndpoint[] {
    return Array.from(endpoints.entries(), ([, endpoint]) => endpoint).filter(({ removedAt }) => removedAt === null);
  }
}

/** Answers whether anything has got further. */
function takeIn(streams: Table<Stream>, deliveries: Deliveries): boolean {
  let did = false;
  for (const stream of deliveries.heard()) {
    const key = streamKey(stream);
    if (streams.get(key)?.epoch !== stream.epoch) continue;
    streams.put(key, stream);
    did = true;
  }
  return did;
}

function obeying(stream: Stream, { type, to, issuedAt }: Control): Stream {
  switch (type) {
    case 'webhook_enable': return enabled(stream);
    case 'webhook_disable': return disabledByHand(stream, issuedAt);
    case 'webhook_replay':
      if (to === null) throw new RejectedError('bad_control', 'a replay needs the time to begin at');
      return replayed(stream, to);
    default:
      throw new RejectedError('bad_control', 'webhooks know webhook_enable, webhook_disable and webhook_replay');
  }
}

function topicsOf({ topics: sources }: WebhookEndpoint): readonly string[] {
  return sources.flatMap((source) => (source in SOURCES ? [SOURCES[source as Source]] : []));
}
