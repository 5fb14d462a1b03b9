import { openTopicAdmin } from '../pipeline/kafka/topic-admin.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { differences, planOf } from './settings.ts';
import { allTopics } from './topics.ts';

/**
 * Makes the topics that are missing and holds those that are there against `topics.ts`; with `check` makes none.
 * @throws one error that names every difference
 */
export async function main({ check = false }: { check?: boolean }): Promise<void> {
  const config = readConfig();
  const plans = allTopics.map((topic) => planOf(topic, config.replication));
  const logger = openLogger('topics', config.logLevel);
  const admin = openTopicAdmin({ brokers: config.brokers, clientId: 'bomfri-topics', logger });
  try {
    const present = await admin.describe(plans);
    const missing = plans.filter(({ name }) => !present.has(name));
    const problems = plans.flatMap((plan) => (present.has(plan.name) ? differences(plan, present.get(plan.name)!) : []));
    if (check) problems.push(...missing.map(({ name }) => `${name} does not exist: run \`npx bomfri topics apply\``));
    else await admin.create(missing);
    for (const { name, partitions } of plans) {
      if (present.has(name)) console.log(`${name}: ${counted(partitions)}, as planned`);
      else if (!check) console.log(`${name}: made with ${counted(partitions)}`);
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
  } finally {
    await admin.close();
  }
}

const counted = (partitions: number): string => (partitions === 1 ? '1 partition' : `${partitions} partitions`);
