import type { Logger } from 'pino';
import { openTopicAdmin } from '../../pipeline/kafka/topic-admin.ts';
import { planOf } from '../../topics/settings.ts';
import { allTopics } from '../../topics/topics.ts';

/** Makes all topics under a prefix, so that a month runs beside whatever else does. */
export async function makeTopics(brokers: readonly string[], prefix: string, logger: Logger): Promise<void> {
  const admin = openTopicAdmin({ brokers, clientId: 'month', logger });
  await admin.create(allTopics.map((topic) => ({ ...planOf(topic, 1), name: prefix + topic.name })));
  await admin.close();
}
