import type { CommitOffset, TopicPartition } from '../engine/log.ts';
import { errorCode } from './broker-error.ts';
import { flexibleRequest, writeStructures } from './flexible.ts';
import { kafkajsRequest, type Protocol } from './kafkajs.ts';
import type { Producer } from './record-batch.ts';
import type { TransactionVersion } from './transaction-version.ts';

/** The requests of a transaction but for its writes (`produce-request.ts`). */

export interface StepAnswer {
  /** Of several partitions' errors the one that decides. */
  readonly errorCode: number;
}

/** Only by version 1: before the first write to each of the partitions. */
export function addPartitions(
  transactionalId: string, producer: Producer, partitions: readonly TopicPartition[],
): Protocol<StepAnswer> {
  const topics = Array.from(Map.groupBy(partitions, ({ topic }) => topic), ([topic, ofTopic]) => (
    { topic, partitions: ofTopic.map(({ partition }) => partition) }
  ));
  const { request, response } =
    kafkajsRequest<AddPartitionsAnswer>('AddPartitionsToTxn', ADD_VERSION, { ...ownerOf(transactionalId, producer), topics });
  return {
    request,
    response: {
      decode: async (payload) => {
        const { errors } = await response.decode(payload);
        return { errorCode: firstError(errors.flatMap(({ partitionErrors }) => partitionErrors.map((each) => each.errorCode))) };
      },
      parse: async (answer) => answer,
    },
  };
}

/** Only by version 1: before the group's offsets. */
export function addGroup(transactionalId: string, producer: Producer, groupId: string): Protocol<StepAnswer> {
  return kafkajsRequest('AddOffsetsToTxn', ADD_VERSION, { ...ownerOf(transactionalId, producer), groupId });
}

const ADD_VERSION = 1;

const ownerOf = (transactionalId: string, { producerId, epoch }: Producer) => ({
  transactionalId, producerId: String(producerId), producerEpoch: epoch,
});

interface AddPartitionsAnswer {
  readonly errors: readonly { readonly partitionErrors: readonly { readonly errorCode: number }[] }[];
}

/** By version 2 it adds the group to the transaction as well. */
export function commitOffsets(
  version: TransactionVersion, transactionalId: string, { producerId, epoch }: Producer, group: string,
  offsets: readonly CommitOffset[],
): Protocol<StepAnswer> {
  return flexibleRequest(['TxnOffsetCommit', 28, TXN_OFFSET_COMMIT[version]], (to) => {
    to.writeUVarIntString(transactionalId).writeUVarIntString(group).writeInt64(producerId).writeInt16(epoch)
      .writeInt32(NO_GENERATION).writeUVarIntString(NO_MEMBER).writeUVarIntString(null);
    writeStructures(to, [...Map.groupBy(offsets, ({ topic }) => topic)], ([topic, ofTopic]) => {
      to.writeUVarIntString(topic);
      writeStructures(to, ofTopic, ({ partition, offset, metadata = '' }) => {
        to.writeInt32(partition).writeInt64(BigInt(offset)).writeInt32(NO_LEADER_EPOCH).writeUVarIntString(metadata);
      });
    });
  }, (from) => {
    from.int32(); // throttle, ms
    const codes = from.structures(() => {
      from.text(); // topic
      return from.structures(() => [from.int32(), from.int16()][1]!);
    });
    return { errorCode: firstError(codes.flat()) };
  });
}

const TXN_OFFSET_COMMIT: Readonly<Record<TransactionVersion, number>> = { 1: 3, 2: 5 };
/** Who has the task is settled by its transactional id. */
const NO_GENERATION = -1;
const NO_MEMBER = '';
const NO_LEADER_EPOCH = -1;

export interface EndAnswer extends StepAnswer {
  /** Who writes the next transaction; null: the same. */
  readonly next: { readonly producerId: bigint; readonly epoch: number } | null;
}

export function commitTransaction(
  version: TransactionVersion, transactionalId: string, { producerId, epoch }: Producer,
): Protocol<EndAnswer> {
  return flexibleRequest(['EndTxn', 26, END_TXN[version]], (to) => {
    to.writeUVarIntString(transactionalId).writeInt64(producerId).writeInt16(epoch).writeBoolean(true);
  }, (from) => {
    from.int32(); // throttle, ms
    return { errorCode: from.int16(), next: version === 1 ? null : { producerId: from.int64(), epoch: from.int16() } };
  });
}

const END_TXN: Readonly<Record<TransactionVersion, number>> = { 1: 3, 2: 5 };

/** The others are often only OPERATION_NOT_ATTEMPTED. */
function firstError(each: readonly number[]): number {
  const codes = each.filter((code) => code !== errorCode.none);
  return codes.find((code) => code !== OPERATION_NOT_ATTEMPTED) ?? codes[0] ?? errorCode.none;
}

const OPERATION_NOT_ATTEMPTED = 55;
