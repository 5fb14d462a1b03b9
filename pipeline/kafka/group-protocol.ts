import { errorCode } from './broker-error.ts';
import { kafkajsRequest, MemberAssignment, MemberMetadata, type Protocol } from './kafkajs.ts';
import { assignTasks, type Member } from './task-assignment.ts';

/** The requests of a consumer group's member and what stands in them. */
export interface JoinAnswer {
  readonly errorCode: number;
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  /** Only for the leader. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

export interface GroupAnswer {
  readonly errorCode: number;
}

export const SESSION_MS = 10_000;
const REBALANCE_MS = 10_000;
const PROTOCOL_NAME = 'bomfri-sticky-tasks';
const PROTOCOL_VERSION = 1;

/** Who one is in a group; generation and member id are the coordinator's words. */
export interface Identity {
  readonly groupId: string;
  readonly memberId: string;
  readonly generation: number;
}

export function joinRequest(
  groupId: string, memberId: string, topics: readonly string[], before: Omit<Member, 'id'>,
): Protocol<JoinAnswer> {
  const metadata = MemberMetadata.encode({ version: PROTOCOL_VERSION, topics, userData: encodeTasks(before) });
  return kafkajsRequest('JoinGroup', 5, {
    groupId, memberId, sessionTimeout: SESSION_MS, rebalanceTimeout: REBALANCE_MS, protocolType: 'consumer',
    groupProtocols: [{ name: PROTOCOL_NAME, metadata }],
  });
}

/** The leader's share-out of the tasks, in the form that Kafka's own tools can show. */
export function shareOut(answer: JoinAnswer, topics: readonly string[], taskCount: number): MemberShare[] {
  const members = answer.members.map(({ memberId, memberMetadata }) => ({
    id: memberId, ...decodeTasks(MemberMetadata.decode(memberMetadata).userData),
  }));
  return Array.from(assignTasks(taskCount, members), ([memberId, tasks]) => ({
    memberId,
    memberAssignment: MemberAssignment.encode({
      version: PROTOCOL_VERSION,
      assignment: Object.fromEntries(topics.map((topic) => [topic, tasks])),
    }),
  }));
}

export interface MemberShare {
  readonly memberId: string;
  readonly memberAssignment: Buffer;
}

export function syncRequest(
  { groupId, memberId, generation }: Identity, shares: readonly MemberShare[],
): Protocol<GroupAnswer & { memberAssignment: Buffer }> {
  return kafkajsRequest('SyncGroup', 3, { groupId, memberId, generationId: generation, groupAssignment: shares });
}

/** The tasks in a share: the partitions of any of the topics, for they are the same. */
export function tasksIn(memberAssignment: Buffer, topics: readonly string[]): number[] {
  return MemberAssignment.decode(memberAssignment)?.assignment[topics[0]!] ?? [];
}

export function heartbeatRequest({ groupId, memberId, generation }: Identity): Protocol<GroupAnswer> {
  return kafkajsRequest('Heartbeat', 3, { groupId, memberId, groupGenerationId: generation });
}

export function leaveRequest(groupId: string, memberId: string): Protocol<GroupAnswer> {
  return kafkajsRequest('LeaveGroup', 3, { groupId, memberId });
}

/** The group has moved on: this generation or member is no longer known. */
export function isRefusal(code: number): boolean {
  return REFUSALS.has(code);
}

const REFUSALS: ReadonlySet<number> = new Set([
  errorCode.illegalGeneration, errorCode.unknownMemberId, errorCode.rebalanceInProgress,
]);

/** Generation and tasks as int32s. */
function encodeTasks({ generation, tasks }: Omit<Member, 'id'>): Buffer {
  const bytes = Buffer.alloc(4 * (1 + tasks.length));
  bytes.writeInt32BE(generation, 0);
  tasks.forEach((task, index) => bytes.writeInt32BE(task, 4 * (1 + index)));
  return bytes;
}

function decodeTasks(bytes: Buffer): Omit<Member, 'id'> {
  if (bytes.length < 4) return { generation: -1, tasks: [] };
  const tasks = Array.from({ length: bytes.length / 4 - 1 }, (_, index) => bytes.readInt32BE(4 * (1 + index)));
  return { generation: bytes.readInt32BE(0), tasks };
}
