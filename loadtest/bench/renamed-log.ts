import type { Log } from '../../pipeline/engine/log.ts';

/**
 * The same log, with every topic, group and transactional id under a prefix: a stage runs on it unchanged, on topics
 * of its own. `shared` gives the topics that stand elsewhere: stage's name -> name in the log.
 */
export function renamedLog(log: Log, prefix: string, shared: ReadonlyMap<string, string>): Log {
  const stageNames = new Map([...shared].map(([stageName, name]) => [name, stageName]));
  const nameOf = (topic: string): string => shared.get(topic) ?? prefix + topic;
  const stageNameOf = (topic: string): string => stageNames.get(topic) ?? topic.slice(prefix.length);
  const rename = <T extends { readonly topic: string }>(at: T): T => ({ ...at, topic: nameOf(at.topic) });
  const restore = <T extends { readonly topic: string }>(at: T): T => ({ ...at, topic: stageNameOf(at.topic) });
  return {
    async partitionCounts(topics) {
      const counts = await log.partitionCounts(topics.map(nameOf));
      return new Map([...counts].map(([topic, count]) => [stageNameOf(topic), count]));
    },
    bounds: (at) => log.bounds(rename(at)),
    fetch: async (positions, maxWaitMs) => (await log.fetch(positions.map(rename), maxWaitMs)).map(restore),
    append: (batches) => log.append(batches.map(rename)),
    async claim(transactionalId) {
      const writer = await log.claim(prefix + transactionalId);
      return {
        commit: ({ batches, group, offsets }) =>
          writer.commit({ batches: batches.map(rename), group: prefix + group, offsets: offsets.map(rename) }),
        close: () => writer.close(),
      };
    },
    async join(group, topics, listener) {
      const membership = await log.join(prefix + group, topics.map(nameOf), listener);
      return {
        heartbeat: () => membership.heartbeat(),
        commit: (offsets) => membership.commit(offsets.map(rename)),
        leave: () => membership.leave(),
      };
    },
    groupOffsets: async (group, partitions) => (await log.groupOffsets(prefix + group, partitions.map(rename))).map(restore),
    close: () => log.close(),
  };
}
