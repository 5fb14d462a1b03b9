import { mkdirSync } from 'node:fs';
import { Session, drainPending } from 'chdb';
import { atMost } from '../../pipeline/service/at-most.ts';

/**
 * The ClickHouse engine of the npm package chdb, inside this process. A process can open one data directory,
 * and a second process on the same directory is refused by the engine.
 */
export interface Engine {
  readonly version: string;
  /** IANA name: the zone of date-times that name none. */
  readonly timezone: string;
  run(statement: Statement): Promise<Result>;
  /** Resolves when running statements have ended and the data directory is released. */
  close(): Promise<void>;
}

export interface Statement {
  readonly text: string;
  /** Rows of an INSERT that ends in `FORMAT <name>`, in that format; null for every other statement. */
  readonly rows: Buffer | null;
  readonly database: string | null;
  /** Engine settings, and query parameters as `param_<name>`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Output format when the statement names none. */
  readonly format: string;
}

export interface Result {
  readonly bytes: Uint8Array;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly seconds: number;
}

export function openEngine(dataDir: string): Engine {
  mkdirSync(dataDir, { recursive: true });
  // Keeps the directory open while no statement runs.
  const keeper = new Session(dataDir);
  const inserts = atMost(CONCURRENT_INSERTS);
  const others = atMost(CONCURRENT_OTHERS);
  const [version, timezone] = keeper.query('SELECT version(), timezone()', 'TabSeparated').trim().split('\t');
  return {
    version: version!,
    timezone: timezone!,
    run: (statement) => (isInsert(statement.text) ? inserts : others)(() => runAlone(dataDir, statement)),
    close: async () => {
      await drainPending();
      keeper.close();
      await drainPending();
    },
  };
}

/** Of the four threads that Node gives to native work: reads never wait behind inserts, and gzip keeps one. */
const CONCURRENT_INSERTS = 1;
const CONCURRENT_OTHERS = 2;

/** What one statement may take, its result too, which is built in memory before it is sent. */
const DEFAULTS = new Map([['max_memory_usage', String(1024 ** 3)]]);

/** Runs in a session of its own (it costs 0.1 ms), so that no setting or parameter outlives its statement. */
async function runAlone(dataDir: string, statement: Statement): Promise<Result> {
  const session = new Session(dataDir);
  try {
    if (statement.database !== null) await session.queryAsync(`USE ${quotedName(statement.database)}`);
    await session.queryAsync(setStatement(new Map([...DEFAULTS, ...statement.settings])));
    return statement.rows === null
      ? await query(session, statement.text, statement.format)
      : await insert(session, statement.text, statement.rows);
  } finally {
    session.close();
  }
}

async function query(session: Session, text: string, format: string): Promise<Result> {
  const result = await session.queryAsync(text, { format });
  return {
    bytes: result.bytes(),
    readRows: result.rowsRead,
    readBytes: result.bytesRead,
    writtenRows: 0,
    writtenBytes: 0,
    seconds: result.elapsed,
  };
}

async function insert(session: Session, text: string, rows: Buffer): Promise<Result> {
  const target = INSERT_TARGET.exec(text)?.groups;
  const format = BYTE_FORMATS.find((name) => name.toLowerCase() === target?.format?.toLowerCase());
  if (target === undefined || format === undefined) {
    return query(session, `${text}\n${rows.toString('utf8')}`, 'TabSeparated');
  }
  const columns = target.columns?.split(',').map((column) => column.trim().replace(/^`(.*)`$/, '$1'));
  const done = await session.insert({ table: target.table!, columns, format, values: rows });
  return {
    bytes: new Uint8Array(),
    readRows: done.rowsWritten,
    readBytes: done.bytesWritten,
    writtenRows: done.rowsWritten,
    writtenBytes: done.bytesWritten,
    seconds: done.elapsed,
  };
}

/** Inserts of this form hand their bytes to the engine as they are; all others go through a string. */
const INSERT_TARGET = new RegExp(
  String.raw`^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?<table>[a-z_]\w*(?:\.\w+)?)\s*(?:\((?<columns>[\s\w.,\x60]+)\))?` +
    String.raw`\s*FORMAT\s+(?<format>\w+)\s*;?\s*$`,
  'i',
);

const BYTE_FORMATS = ['JSONCompactEachRow', 'JSONEachRow', 'TabSeparated', 'TSV', 'CSV', 'CSVWithNames'] as const;

/** True for `INSERT`, comments before it aside. */
export function isInsert(text: string): boolean {
  return /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*INSERT\b/i.test(text);
}

/** Parameters are set like settings; the engine reads their values as escaped text, as ClickHouse does over HTTP. */
function setStatement(settings: ReadonlyMap<string, string>): string {
  const assignments = Array.from(settings, ([name, value]) => `${quotedName(name)} = ${quotedText(value)}`);
  return `SET ${assignments.join(', ')}`;
}

function quotedName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

function quotedText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
