import { allTopics, type SchemaName } from '../../topics/topics.ts';
import { atMost } from '../service/at-most.ts';
import { schemaText, UndecodableError, type SchemaIds } from './codec.ts';
import { registryClient } from './registry-client.ts';

/** At a time: when all processes start at once, a registry that has just started has to answer hundreds. */
const QUESTIONS_MAX = 4;

/** The subject of a topic's values. */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}

/** The text of `schemas/<name>.avsc` as it is registered: without insignificant white space. */
export function registeredText(name: SchemaName): string {
  return JSON.stringify(JSON.parse(schemaText(name)));
}

/**
 * Schema ids out of the registry. Registers nothing: our own schemas must be there.
 * @param url where its Confluent API begins
 * @throws when one of our schemas is not registered, saying what to run
 * @throws {RegistryUnavailableError} after several attempts
 */
export async function openRegistry(url: string): Promise<SchemaIds> {
  const client = registryClient(url);
  const names = new Map<SchemaName, string>();
  for (const { name, schema } of allTopics) if (schema !== null && !names.has(schema)) names.set(schema, name);
  const slot = atMost(QUESTIONS_MAX);
  const found = await Promise.all(
    Array.from(names, async ([schema, topic]) => {
      const id = await slot(() => client.idOf(subjectOf(topic), registeredText(schema)));
      return [schema, id] as const;
    }),
  );
  const ids = new Map<SchemaName, number>();
  for (const [schema, id] of found) {
    if (id === null) {
      throw new Error(`schema ${schema} is not in the registry at ${url}: run \`npx bomfri schemas apply\``);
    }
    ids.set(schema, id);
  }
  return {
    own: (schema) => ids.get(schema)!,
    async fetch(schemaId) {
      const text = await client.schemaOf(schemaId);
      if (text === null) throw new UndecodableError(`schema id ${schemaId} is not in the registry`);
      return text;
    },
  };
}
