import { registryClient, SchemaRefusedError, type RegistryClient } from '../pipeline/records/registry-client.ts';
import { registeredText, subjectOf } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { allTopics, type SchemaName } from '../topics/topics.ts';

/** Every reader can read what any version wrote, older and newer. */
const COMPATIBILITY = 'FULL_TRANSITIVE';

/**
 * Registers the schema of every topic, or with `check` only says what is missing.
 * @throws one error that names every schema that is refused or, with `check`, differs
 */
export async function main({ check = false }: { check?: boolean }): Promise<void> {
  const client = registryClient(readConfig().registryUrl);
  const problems: string[] = [];
  for (const { name, schema } of allTopics) {
    if (schema === null) continue;
    const { done, problem } = check
      ? await checkSubject(client, name, schema)
      : await applySubject(client, name, schema);
    if (done !== null) console.log(done);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

interface Outcome {
  readonly done: string | null;
  readonly problem: string | null;
}

async function checkSubject(client: RegistryClient, topic: string, schema: SchemaName): Promise<Outcome> {
  const subject = subjectOf(topic);
  const id = await client.idOf(subject, registeredText(schema));
  const level = await client.compatibility(subject);
  if (id === null) return { done: null, problem: `${subject}: schemas/${schema}.avsc is not registered` };
  if (level !== COMPATIBILITY) {
    return { done: null, problem: `${subject}: compatibility is ${level ?? 'not set'}, not ${COMPATIBILITY}` };
  }
  return { done: `${subject}: ${schema} has id ${id}`, problem: null };
}

async function applySubject(client: RegistryClient, topic: string, schema: SchemaName): Promise<Outcome> {
  const subject = subjectOf(topic);
  const text = registeredText(schema);
  // Before the schema, so that not even the first two versions can clash.
  await client.setCompatibility(subject, COMPATIBILITY);
  const known = await client.idOf(subject, text);
  try {
    const id = known ?? (await client.register(subject, text));
    return { done: `${subject}: ${schema} ${known === null ? 'registered with' : 'has'} id ${id}`, problem: null };
  } catch (error) {
    if (!(error instanceof SchemaRefusedError)) throw error;
    return {
      done: null,
      problem: `${subject}: schemas/${schema}.avsc can't replace its former version: ${error.reason}`,
    };
  }
}
