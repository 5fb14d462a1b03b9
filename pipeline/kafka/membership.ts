import { NotMemberError, type CommitOffset, type GroupListener, type Membership } from '../engine/log.ts';
import { BrokerError, check, errorCode, isConnectionError, isCoordinatorMoved, LogClosedError } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import {
  heartbeatRequest, isRefusal, joinRequest, leaveRequest, SESSION_MS, shareOut, syncRequest, tasksIn, type Identity,
} from './group-protocol.ts';
import { kafkajsRequest } from './kafkajs.ts';
import type { Lane } from './lane.ts';
import { readPartitionCounts } from './partition-counts.ts';

/**
 * Joins the group and stays in it until `leave`. Only membership: no record is fetched and no position kept here, so
 * none can be skipped or committed by mistake, as kafkajs's consumer does.
 * @throws when a topic does not exist or their partition counts differ
 */
export async function joinGroup(
  cluster: Cluster, groupId: string, topics: readonly string[], listener: GroupListener,
): Promise<Membership> {
  const byTopic = await readPartitionCounts(cluster, topics, performance.now() + JOIN_MS);
  const counts = topics.map((topic) => byTopic.get(topic)!);
  if (new Set(counts).size > 1) {
    const each = topics.map((topic, index) => `${topic} has ${counts[index]}`).join(', ');
    throw new Error(`group ${groupId} shares out partition n of all its topics together, but ${each} partitions`);
  }
  return new GroupMember(cluster, groupId, topics, counts[0] ?? 0, listener);
}

class GroupMember implements Membership {
  private readonly cluster: Cluster;
  private readonly groupId: string;
  private readonly topics: readonly string[];
  private readonly taskCount: number;
  private readonly listener: GroupListener;
  /** Joining waits at the broker for the other members; heartbeats and commits must not wait behind it. */
  private readonly joinLane: Lane;
  private memberId = '';
  /** Set while the group knows us. */
  private identity: Identity | null = null;
  private before: { generation: number; tasks: readonly number[] } = { generation: -1, tasks: [] };
  private hasLeft = false;
  private wake: () => void = () => {};

  constructor(
    cluster: Cluster, groupId: string, topics: readonly string[], taskCount: number, listener: GroupListener,
  ) {
    this.cluster = cluster;
    this.groupId = groupId;
    this.topics = topics;
    this.taskCount = taskCount;
    this.listener = listener;
    this.joinLane = cluster.openLane();
    // Not before the caller has this membership in hand.
    setImmediate(() => void this.stayMember());
  }

  async heartbeat(): Promise<void> {
    const identity = this.known();
    const code = await this.beat(identity, performance.now() + SESSION_MS);
    if (isRefusal(code)) throw this.refused(identity, code);
    check(code, `heartbeat to group ${this.groupId}`);
  }

  async commit(offsets: readonly CommitOffset[]): Promise<void> {
    const identity = this.known();
    const topics = Map.groupBy(offsets, ({ topic }) => topic);
    const request = kafkajsRequest<CommitAnswer>('OffsetCommit', COMMIT_VERSION, {
      groupId: this.groupId, memberId: identity.memberId, groupGenerationId: identity.generation,
      topics: Array.from(topics, ([topic, partitions]) => ({ topic, partitions })),
    });
    const codeIn = ({ responses }: CommitAnswer): number =>
      responses.flatMap(({ partitions }) => partitions).find((each) => each.errorCode !== errorCode.none)?.errorCode ?? 0;
    const answer = await this.cluster.askCoordinator(
      'group', this.groupId, performance.now() + SESSION_MS,
      (nodeId) => this.cluster.questions.send(nodeId, request), codeIn,
    );
    const code = codeIn(answer);
    if (isRefusal(code)) throw this.refused(identity, code);
    check(code, `committing offsets of group ${this.groupId}`);
  }

  async leave(): Promise<void> {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.identity = null;
    this.wake();
    if (this.memberId !== '') {
      const request = leaveRequest(this.groupId, this.memberId);
      // If the coordinator can't be reached the session times out; there is nothing more to do here.
      await this.cluster.coordinatorOf('group', this.groupId)
        .then((nodeId) => this.cluster.questions.send(nodeId, request))
        .catch(() => {});
    }
    await this.cluster.closeLane(this.joinLane);
  }

  private async stayMember(): Promise<void> {
    try {
      while (!this.hasLeft) {
        const joined = await this.join();
        if (this.hasLeft) return;
        if (joined === null) continue;
        // Together: who is answered in the new generation must have been told its tasks.
        this.identity = joined.identity;
        this.listener.assigned(joined.tasks);
        await this.beatUntilLost();
        if (!this.hasLeft) this.listener.lost();
      }
    } catch (error) {
      this.identity = null;
      if (!this.hasLeft && !(error instanceof LogClosedError)) this.listener.failed(error as Error);
    }
  }

  /** What we are in the new generation, or null: the group has moved on meanwhile, join again. */
  private async join(): Promise<{ identity: Identity; tasks: readonly number[] } | null> {
    const joined = await this.ask(() => joinRequest(this.groupId, this.memberId, this.topics, this.before));
    if (joined.errorCode === errorCode.memberIdRequired) this.memberId = joined.memberId;
    if (joined.errorCode === errorCode.unknownMemberId) this.memberId = '';
    if (REJOIN.has(joined.errorCode)) return null;
    check(joined.errorCode, `joining group ${this.groupId}`);
    this.memberId = joined.memberId;
    const identity = { groupId: this.groupId, memberId: joined.memberId, generation: joined.generationId };
    const shares = joined.leaderId === joined.memberId ? shareOut(joined, this.topics, this.taskCount) : [];
    const synced = await this.ask(() => syncRequest(identity, shares));
    if (synced.errorCode === errorCode.unknownMemberId) this.memberId = '';
    if (REJOIN.has(synced.errorCode)) return null;
    check(synced.errorCode, `taking over tasks in group ${this.groupId}`);
    const tasks = tasksIn(synced.memberAssignment, this.topics);
    this.before = { generation: identity.generation, tasks };
    return { identity, tasks };
  }

  private ask<T extends { readonly errorCode: number }>(request: () => ReturnType<typeof kafkajsRequest<T>>): Promise<T> {
    return this.cluster.askCoordinator(
      'group', this.groupId, performance.now() + JOIN_MS, (nodeId) => this.joinLane.send(nodeId, request()),
      (answer) => answer.errorCode,
    );
  }

  /** Ends when the group has refused us, nothing was heard of it for a session's time, or we left. */
  private async beatUntilLost(): Promise<void> {
    let heardAt = performance.now();
    while (this.identity !== null) {
      await this.pause(HEARTBEAT_MS);
      const identity: Identity | null = this.identity;
      if (identity === null) return;
      try {
        const code = await this.beat(identity, heardAt + SESSION_MS);
        if (isRefusal(code)) this.refused(identity, code);
        else check(code, `heartbeat to group ${this.groupId}`);
        heardAt = performance.now();
      } catch (error) {
        const isAway = isConnectionError(error) || (error instanceof BrokerError && isCoordinatorMoved(error.code));
        if (!isAway) throw error;
        this.identity = null;
      }
    }
  }

  private async beat(identity: Identity, deadline: number): Promise<number> {
    const request = heartbeatRequest(identity);
    const answer = await this.cluster.askCoordinator(
      'group', this.groupId, deadline, (nodeId) => this.cluster.questions.send(nodeId, request), (each) => each.errorCode,
    );
    return answer.errorCode;
  }

  private known(): Identity {
    if (this.identity === null) throw new NotMemberError(`not a member of group ${this.groupId} for now`);
    return this.identity;
  }

  /** Joins again at once, unless that has happened meanwhile. */
  private refused(identity: Identity, code: number): NotMemberError {
    if (this.identity === identity) {
      if (code === errorCode.unknownMemberId) this.memberId = '';
      this.identity = null;
      this.wake();
    }
    const reason = new BrokerError(code, `generation ${identity.generation} of group ${this.groupId}`);
    return new NotMemberError(reason.message, { cause: reason });
  }

  private pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
}

interface CommitAnswer {
  readonly responses: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[];
}

const REJOIN: ReadonlySet<number> = new Set([
  errorCode.memberIdRequired, errorCode.unknownMemberId, errorCode.illegalGeneration, errorCode.rebalanceInProgress,
]);

const COMMIT_VERSION = 5;
/** Often, for a rebalance waits until every member has heard of it. */
const HEARTBEAT_MS = 500;
/** After so long without a coordinator the process had better stop. */
const JOIN_MS = 60_000;
