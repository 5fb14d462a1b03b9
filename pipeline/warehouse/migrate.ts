import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';

/** A file of `migrations/`: SQL statements that can be run again without harm (IF NOT EXISTS, OR REPLACE). */
export interface Migration {
  /** Place in the order, from 1 without gaps; the file's name begins with it. */
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** The warehouse and the files of this release do not fit together. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/**
 * Brings the warehouse to this release: runs what it has not had yet, in order, and records it with its checksum.
 * @returns names of the migrations that were run
 * @throws {MigrationError} an applied file was changed, or the warehouse has one that this release does not know
 */
export async function migrate(client: ClickHouseClient, migrations = migrationFiles()): Promise<string[]> {
  await client.command({ query: RECORDS_TABLE });
  const records = await recordedMigrations(client);
  for (const record of records) checkRecord(record, migrations);
  const missing = migrations.filter(({ number }) => !records.some((record) => record.number === number));
  for (const migration of missing) {
    await run(client, migration);
    await record(client, migration);
  }
  return missing.map(({ name }) => name);
}

/** Runs every migration again, whatever is recorded: makes what was dropped, changes nothing that is there. */
export async function remake(client: ClickHouseClient): Promise<void> {
  const migrations = migrationFiles();
  await migrate(client, migrations);
  for (const migration of migrations) await run(client, migration);
}

/** The files of `migrations/`, in order. */
export function migrationFiles(): Migration[] {
  const folder = new URL('migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      const number = Number(/^\d+/.exec(name)?.[0]);
      if (number !== index + 1) {
        throw new MigrationError(`${name}: the file after ${index} must begin with ${index + 1}`);
      }
      return { number, name, text: readFileSync(new URL(name, folder), 'utf8') };
    });
}

/** The statements of a file: each ends with a semicolon at the end of a line. Comments stay with what follows. */
export function statementsOf(text: string): string[] {
  return text.split(/;[^\S\n]*(?:\n|$)/).map((statement) => statement.trim()).filter(Boolean);
}

const RECORDS_TABLE = `
  CREATE TABLE IF NOT EXISTS warehouse_migrations
  (
      number    UInt32 COMMENT 'place in the order',
      name      String COMMENT 'file in pipeline/warehouse/migrations',
      checksum  String COMMENT 'SHA-256 of the file as it was run',
      appliedAt DateTime64(3, 'UTC') DEFAULT now64(3)
  )
  ENGINE = ReplacingMergeTree
  ORDER BY number
  SETTINGS fsync_after_insert = 1
  COMMENT 'Migrations that this warehouse has had'`;

interface MigrationRecord {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

async function recordedMigrations(client: ClickHouseClient): Promise<MigrationRecord[]> {
  const query = 'SELECT number, name, checksum FROM warehouse_migrations FINAL ORDER BY number';
  return (await client.query({ query, format: 'JSONEachRow' })).json<MigrationRecord>();
}

function checkRecord(record: MigrationRecord, migrations: readonly Migration[]): void {
  const migration = migrations.find(({ number }) => number === record.number);
  if (migration === undefined) {
    throw new MigrationError(
      `the warehouse has had migration ${record.name}, which this release does not know: start a release that has it`,
    );
  }
  if (checksum(migration) !== record.checksum) {
    throw new MigrationError(
      `migration ${migration.name} was changed after this warehouse had it: ` +
        `put its former text back and write the change into a new migration`,
    );
  }
}

async function run(client: ClickHouseClient, migration: Migration): Promise<void> {
  for (const query of statementsOf(migration.text)) await client.command({ query });
}

async function record(client: ClickHouseClient, migration: Migration): Promise<void> {
  await client.insert({
    table: 'warehouse_migrations',
    columns: ['number', 'name', 'checksum'],
    values: [[migration.number, migration.name, checksum(migration)]],
    format: 'JSONCompactEachRow',
  });
}

function checksum({ text }: Migration): string {
  return createHash('sha256').update(text).digest('hex');
}
