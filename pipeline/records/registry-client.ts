import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The few calls of the schema registry's Confluent API that are needed. (The registry client of kafkajs refuses a
 * schema that is a union at the top, as that of billing records is, and sets a subject's compatibility only after
 * its first schema.)
 */
export interface RegistryClient {
  /** The id of this very schema under the subject, or null. */
  idOf(subject: string, schema: string): Promise<number | null>;
  /** The schema's JSON text, or null: no such id. */
  schemaOf(id: number): Promise<string | null>;
  /** @throws {SchemaRefusedError} incompatible with a former version, or no valid schema */
  register(subject: string, schema: string): Promise<number>;
  /** The subject's own compatibility level, or null: it has none. */
  compatibility(subject: string): Promise<string | null>;
  /** The subject need not have a schema yet. */
  setCompatibility(subject: string, level: string): Promise<void>;
}

/** The registry can't be reached, is too slow or fails. */
export class RegistryUnavailableError extends Error {
  override name = 'RegistryUnavailableError';
}

/** The registry won't have the schema; `reason` is in its words. */
export class SchemaRefusedError extends Error {
  override name = 'SchemaRefusedError';
  readonly reason: string;
  constructor(subject: string, reason: string) {
    super(`the registry refuses the schema for ${subject}: ${reason}`);
    this.reason = reason;
  }
}

/** @param url where the Confluent API begins, e.g. http://127.0.0.1:8081/apis/ccompat/v7 */
export function registryClient(url: string): RegistryClient {
  const ask = (method: string, path: string, body?: object): Promise<Answer> => askPatiently(url, method, path, body);
  const subjectPath = (subject: string): string => `/subjects/${encodeURIComponent(subject)}`;
  const configPath = (subject: string): string => `/config/${encodeURIComponent(subject)}`;
  return {
    async idOf(subject, schema) {
      const { status, body } = await ask('POST', subjectPath(subject), { schema });
      return status === 404 ? null : Number(expectOk(url, status, body).id);
    },
    async schemaOf(id) {
      const { status, body } = await ask('GET', `/schemas/ids/${id}`);
      return status === 404 ? null : String(expectOk(url, status, body).schema);
    },
    async register(subject, schema) {
      const { status, body } = await ask('POST', `${subjectPath(subject)}/versions`, { schema });
      if (status === 409 || status === 422) throw new SchemaRefusedError(subject, reasonIn(body));
      return Number(expectOk(url, status, body).id);
    },
    async compatibility(subject) {
      const { status, body } = await ask('GET', configPath(subject));
      return status === 404 ? null : String(expectOk(url, status, body).compatibilityLevel);
    },
    async setCompatibility(subject, level) {
      const { status, body } = await ask('PUT', configPath(subject), { compatibility: level });
      expectOk(url, status, body);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Repeats what can't be reached or fails on the registry's side, for some seconds, or a minute if it hangs. */
async function askPatiently(url: string, method: string, path: string, body?: object): Promise<Answer> {
  let problem = '';
  for (const waitMs of WAITS_MS) {
    await sleep(waitMs);
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      if (response.status < 500) return { status: response.status, body: parsed(text) };
      problem = `it answered ${response.status}`;
    } catch (error) {
      const { message, cause } = error as Error;
      problem = cause instanceof Error ? cause.message : message;
    }
  }
  throw new RegistryUnavailableError(`the schema registry at ${url} does not answer (${problem})`);
}

const WAITS_MS = [0, 200, 500, 1_000, 2_000] as const;
/** Long enough for a busy machine: who gives up early and asks again only makes it busier. */
const ANSWER_MS = 15_000;

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function expectOk(url: string, status: number, body: Record<string, unknown>): Record<string, unknown> {
  if (status >= 200 && status < 300) return body;
  throw new RegistryUnavailableError(`the schema registry at ${url} answered ${status}: ${reasonIn(body)}`);
}

/** Apicurio puts the Java class of its exception before the message. */
function reasonIn(body: Record<string, unknown>): string {
  return String(body.message ?? JSON.stringify(body)).replace(/^[\w.]+Exception: /, '');
}
