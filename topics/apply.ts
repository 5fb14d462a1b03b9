import { openTopicAdmin } from '../pipeline/kafka/topic-admin.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { changesInPlace, differences, planOf, type TopicPlan } from './settings.ts';
import { allTopics } from './topics.ts';

/**
 * Makes the topics that are missing, changes what can be changed in place, and holds those that are there against
 * `topics.ts`; with `check` changes nothing.
 * @throws one error that names every difference
 */
export async function main({ check = false }: { check?: boolean }): Promise<void> {
  const config = readConfig();
  const plans = allTopics.map((topic) => planOf(topic, config.replication));
  const logger = openLogger('topics', config.logLevel);
  const admin = openTopicAdmin({ brokers: config.brokers, clientId: 'bomfri-topics', logger });
  try {
    const present = await admin.describe(plans);
    if (!check) for (const plan of plans) await changeInPlace(plan);
    const missing = plans.filter(({ name }) => !present.has(name));
    const problems = plans.flatMap((plan) =>
      (present.has(plan.name) ? differences(plan, present.get(plan.name)!) : []));
    if (check) problems.push(...missing.map(({ name }) => `${name} does not exist: run \`npx bomfri topics apply\``));
    else await admin.create(missing);
    for (const { name, partitions } of plans) {
      if (present.has(name)) console.log(`${name}: ${counted(partitions)}, as planned`);
      else if (!check) console.log(`${name}: made with ${counted(partitions)}`);
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));

    async function changeInPlace(plan: TopicPlan): Promise<void> {
      const topic = present.get(plan.name);
      const changes = topic === undefined ? {} : changesInPlace(plan, topic);
      if (Object.keys(changes).length === 0) return;
      await admin.set(plan.name, changes);
      present.set(plan.name, { ...topic!, settings: { ...topic!.settings, ...changes } });
      for (const [name, value] of Object.entries(changes)) {
        console.log(`${plan.name}: ${name} set to ${value}, was ${topic!.settings[name] ?? 'not set'}`);
      }
    }
  } finally {
    await admin.close();
  }
}

const counted = (partitions: number): string => (partitions === 1 ? '1 partition' : `${partitions} partitions`);
