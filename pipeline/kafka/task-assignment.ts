/** A member of the group, with the tasks it had when it last was told. */
export interface Member {
  readonly id: string;
  /** Generation in which it had them: of two that name the same task the later one has it. */
  readonly generation: number;
  readonly tasks: readonly number[];
}

/**
 * Shares out the tasks 0 to `taskCount` - 1: each to one member, shares differing by one at most, and as many as
 * that allows staying where they are, for a task that moves must be restored. Tasks are dealt in turn, as Kafka Streams
 * does, and what a member keeps of many is spread over them: neighbours are with different members. The same for the same
 * input.
 */
export function assignTasks(taskCount: number, members: readonly Member[]): Map<string, number[]> {
  const owned = ownedTasks(taskCount, members);
  const fair = Math.floor(taskCount / members.length);
  // The larger shares go to those that have most: fewer tasks move.
  const order = members
    .map(({ id }) => id)
    .toSorted((a, b) => owned.get(b)!.length - owned.get(a)!.length || (a < b ? -1 : 1));
  const larger = taskCount % members.length;
  const shares = new Map(order.map((id, rank) => [id, fair + (rank < larger ? 1 : 0)]));
  const kept = new Map(order.map((id) => [id, spread(owned.get(id)!, shares.get(id)!)]));
  const taken = new Set([...kept.values()].flat());
  const free = Array.from({ length: taskCount }, (_, task) => task).filter((task) => !taken.has(task));
  for (let turn = 0; free.length > 0; turn++) {
    const id = order[turn % order.length]!;
    if (kept.get(id)!.length < shares.get(id)!) kept.get(id)!.push(free.shift()!);
  }
  for (const tasks of kept.values()) tasks.sort((a, b) => a - b);
  return kept;
}

/** So many of the tasks at most, at even distances. */
function spread(tasks: readonly number[], most: number): number[] {
  if (tasks.length <= most) return [...tasks];
  return tasks.filter((_, i) => Math.floor(((i + 1) * most) / tasks.length) > Math.floor((i * most) / tasks.length));
}

function ownedTasks(taskCount: number, members: readonly Member[]): Map<string, number[]> {
  const owned = new Map<string, number[]>(members.map(({ id }) => [id, []]));
  const taken = new Set<number>();
  for (const { id, tasks } of members.toSorted((a, b) => b.generation - a.generation || (a.id < b.id ? -1 : 1))) {
    for (const task of tasks) {
      if (task < 0 || task >= taskCount || taken.has(task)) continue;
      taken.add(task);
      owned.get(id)!.push(task);
    }
  }
  return owned;
}
