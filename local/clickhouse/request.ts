import type { Statement } from './engine.ts';

/** A request that asks for what this front does not do; answered like an exception of ClickHouse. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

/** What an HTTP request to ClickHouse says, its body aside. */
export interface StatementRequest {
  /** From the URL; what stands in the body follows it. Empty when all of it is in the body. */
  readonly query: string;
  readonly queryId: string | null;
  readonly statement: Omit<Statement, 'text' | 'rows'>;
  readonly gzipAnswer: boolean;
}

/**
 * Reads the URL and headers as ClickHouse's HTTP interface does: `query`, `database`, `query_id`, `default_format`,
 * `param_<name>`; every other parameter is a setting of the engine.
 * @throws {RefusedError} sessions, native block compression
 */
export function readStatementRequest(
  method: string,
  url: URL,
  header: (name: string) => string | undefined,
): StatementRequest {
  const settings = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (REFUSED[name] !== undefined && value !== '0') throw new RefusedError(REFUSED[name]);
    if (!NO_SETTING.has(name)) settings.set(name, value);
  }
  // As with ClickHouse, GET can't change anything, whatever page or crawler follows the link.
  if (method !== 'POST') settings.set('readonly', '2');
  const parameter = (name: string): string | null => url.searchParams.get(name) || null;
  return {
    query: parameter('query') ?? '',
    queryId: parameter('query_id'),
    statement: {
      database: parameter('database') ?? header('x-clickhouse-database') ?? null,
      format: parameter('default_format') ?? header('x-clickhouse-format') ?? 'TabSeparated',
      settings,
    },
    gzipAnswer:
      parameter('enable_http_compression') === '1' && /\bgzip\b/.test(header('accept-encoding') ?? ''),
  };
}

const REFUSED: Readonly<Record<string, string | undefined>> = {
  session_id: 'this local ClickHouse keeps no sessions: send settings with each request, leave session_id out',
  compress: 'this local ClickHouse does not speak native block compression: use enable_http_compression with gzip',
  decompress: 'this local ClickHouse does not speak native block compression: send Content-Encoding: gzip',
};

/** Parameters of the HTTP interface alone: the engine does not know them. */
const NO_SETTING = new Set([
  ...Object.keys(REFUSED),
  'query', 'query_id', 'database', 'default_format', 'user', 'password', 'role', 'quota_key', 'buffer_size',
  'session_timeout', 'session_check', 'wait_end_of_query', 'enable_http_compression', 'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
]);
