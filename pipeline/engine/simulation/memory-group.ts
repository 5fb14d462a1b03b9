import type { GroupListener } from '../log.ts';
import type { SimulatedProcess } from './schedule.ts';
import type { Random } from './random.ts';

export const HEARTBEAT_MS = 3_000;
export const SESSION_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 12_000;

/** One member of a consumer group, as itself and as the coordinator see it. */
export class MemoryMember {
  readonly process: SimulatedProcess;
  readonly listener: GroupListener;
  /** The generation that it believes in; -1 before its first. */
  generation = -1;
  /** What the last completed rebalance gave it; null while it waits for one. */
  assignment: { readonly generation: number; readonly tasks: readonly number[] } | null = null;
  hasRejoined = false;
  lastSeenMs = 0;
  left = false;

  constructor(process: SimulatedProcess, listener: GroupListener) {
    this.process = process;
    this.listener = listener;
  }
}

/** The coordinator's side of a consumer group with eager rebalancing. */
export class MemoryGroup {
  generation = 0;
  private readonly taskCount: number;
  private readonly random: Random;
  private readonly members = new Set<MemoryMember>();
  /** When the rebalance under way began; null: stable. */
  private rebalancingSinceMs: number | null = null;
  private lastOwners: readonly MemoryMember[] = [];

  constructor(taskCount: number, random: Random) {
    this.taskCount = taskCount;
    this.random = random;
  }

  has(member: MemoryMember): boolean {
    return this.members.has(member);
  }

  /** A join request: the member is new, or has learnt that it must join again. */
  join(member: MemoryMember, nowMs: number): void {
    this.members.add(member);
    member.assignment = null;
    member.lastSeenMs = nowMs;
    this.beginRebalance(nowMs);
    member.hasRejoined = true;
    this.completeWhenAllRejoined(nowMs);
  }

  /** It says goodbye, or is taken for dead, whatever it does. */
  leave(member: MemoryMember, nowMs: number): void {
    this.remove([member], nowMs);
  }

  /** Everybody must join again; a rebalance under way just goes on. */
  beginRebalance(nowMs: number): void {
    if (this.rebalancingSinceMs !== null) return;
    this.rebalancingSinceMs = nowMs;
    for (const member of this.members) member.hasRejoined = false;
  }

  /** A heartbeat; false: refused, the member must join again. */
  beat(member: MemoryMember, generation: number, nowMs: number): boolean {
    if (!this.members.has(member) || generation !== this.generation) return false;
    member.lastSeenMs = nowMs;
    return this.rebalancingSinceMs === null;
  }

  /** Commits are taken from the present generation, also while the next is being made. */
  accepts(member: MemoryMember, generation: number): boolean {
    return this.members.has(member) && generation === this.generation;
  }

  /** When the coordinator must look again whether somebody is gone. */
  get nextExpiryMs(): number {
    const lateMs = this.rebalancingSinceMs === null ? Infinity : this.rebalancingSinceMs + REBALANCE_TIMEOUT_MS;
    let nextMs = Infinity;
    for (const member of this.members) {
      if (!this.isWaiting(member)) nextMs = Math.min(nextMs, lateMs, member.lastSeenMs + SESSION_TIMEOUT_MS);
    }
    return nextMs;
  }

  /** Removes who has not been seen for a session's length, or did not rejoin in time. */
  expire(nowMs: number): void {
    const isLate = this.rebalancingSinceMs !== null && nowMs >= this.rebalancingSinceMs + REBALANCE_TIMEOUT_MS;
    const gone = this.everyone.filter((member) => (
      !this.isWaiting(member) && (isLate || nowMs >= member.lastSeenMs + SESSION_TIMEOUT_MS)
    ));
    this.remove(gone, nowMs);
  }

  get everyone(): readonly MemoryMember[] {
    return [...this.members];
  }

  /** The broker holds its join request open, so its session can't end. A dead one's connection is closed. */
  private isWaiting(member: MemoryMember): boolean {
    return member.hasRejoined && this.rebalancingSinceMs !== null && member.process.alive;
  }

  private remove(members: readonly MemoryMember[], nowMs: number): void {
    const present = members.filter((member) => this.members.delete(member));
    if (present.length === 0) return;
    this.beginRebalance(nowMs);
    this.completeWhenAllRejoined(nowMs);
  }

  private completeWhenAllRejoined(nowMs: number): void {
    for (const member of this.members) if (!member.hasRejoined) return;
    this.rebalancingSinceMs = null;
    this.generation += 1;
    const owners = this.shareOut();
    for (const member of this.members) {
      member.lastSeenMs = nowMs;
      const tasks = owners.flatMap((owner, task) => (owner === member ? [task] : []));
      member.assignment = { generation: this.generation, tasks };
    }
    this.lastOwners = owners;
  }

  /** Fair shares; half of the time owners keep what they had, else all is drawn anew. */
  private shareOut(): MemoryMember[] {
    const members = this.random.shuffled([...this.members]);
    if (members.length === 0) return [];
    const share = Math.ceil(this.taskCount / members.length);
    const isSticky = this.random.chance(0.5);
    const counts = new Map<MemoryMember, number>(members.map((member) => [member, 0]));
    const owners: MemoryMember[] = [];
    const give = (task: number, member: MemoryMember): void => {
      owners[task] = member;
      counts.set(member, counts.get(member)! + 1);
    };
    for (let task = 0; task < this.taskCount; task++) {
      const last = this.lastOwners[task];
      if (isSticky && last !== undefined && (counts.get(last) ?? share) < share) give(task, last);
    }
    for (let task = 0; task < this.taskCount; task++) {
      if (owners[task] === undefined) give(task, members.find((member) => counts.get(member)! < share)!);
    }
    return owners;
  }
}
