import type { ClickHouseClient } from '@clickhouse/client';

/** What stands or should stand of something that the visits stage tells: its last state by its id. */
export type Outcomes = Map<string, string>;

export interface ComparedOutcomes {
  readonly expected: number;
  /** Should stand and do not. */
  readonly lost: number;
  /** Stand and should not. */
  readonly invented: number;
  /** Stand, but say something else. */
  readonly different: number;
  /** Rows that stand more than once in the same revision. */
  readonly doubled: number;
  /** Ids of the first few that are not as they should be. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export function compareOutcomes(expected: Outcomes, standing: Outcomes, doubled: number): ComparedOutcomes {
  const lost = [...expected.keys()].filter((id) => !standing.has(id));
  const invented = [...standing.keys()].filter((id) => !expected.has(id));
  const different = [...expected]
    .filter(([id, outcome]) => standing.has(id) && standing.get(id) !== outcome)
    .map(([id]) => id);
  return {
    expected: expected.size, lost: lost.length, invented: invented.length, different: different.length, doubled,
    examples: [...lost, ...invented, ...different].slice(0, EXAMPLES),
  };
}

export interface VisitFields {
  readonly visitId: string;
  readonly status: string;
  readonly garageId: string;
  readonly plate: string;
  readonly entryReadId: string | null;
  readonly exitReadId: string | null;
  /** UTC ms. */
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
}

/** Everything of a visit that must be right, as text. */
export function visitOutcome(
  { status, garageId, plate, entryReadId, exitReadId, enteredAt, exitedAt }: VisitFields,
): string {
  return [status, garageId, plate, entryReadId, exitReadId, enteredAt, exitedAt].join('|');
}

export interface IrregularityFields {
  readonly irregularityId: string;
  readonly status: string;
  readonly type: string;
  readonly garageId: string;
}

export function irregularityOutcome({ status, type, garageId }: IrregularityFields): string {
  return [status, type, garageId].join('|');
}

/** The visits of a run in ClickHouse, as everybody reads them: each by its newest revision, not withdrawn. */
export async function standingVisits(clickhouse: ClickHouseClient, run: string): Promise<Outcomes> {
  const visits = await rows<VisitFields>(clickhouse, run, `
    SELECT visitId, status, garageId, plate, entryReadId, exitReadId,
      toUnixTimestamp64Milli(enteredAt) AS enteredAt, toUnixTimestamp64Milli(exitedAt) AS exitedAt
    FROM visits_current WHERE startsWith(garageId, {prefix: String})`);
  return new Map(visits.map((visit) => [visit.visitId, visitOutcome(visit)]));
}

/** But for those of another stage, which a run has no need of. */
export async function standingIrregularities(clickhouse: ClickHouseClient, run: string): Promise<Outcomes> {
  const irregularities = await rows<IrregularityFields>(clickhouse, run, `
    SELECT irregularityId, status, type, garageId FROM irregularities_current
    WHERE startsWith(garageId, {prefix: String}) AND type != 'two_places'`);
  return new Map(irregularities.map((irregularity) =>
    [irregularity.irregularityId, irregularityOutcome(irregularity)]));
}

/** Rows too many: the same revision more than once. */
export async function doubledRows(
  clickhouse: ClickHouseClient, run: string, table: 'visits' | 'irregularities', id: 'visitId' | 'irregularityId',
): Promise<number> {
  const [row] = await rows<{ doubled: number }>(clickhouse, run,
    `SELECT toUInt32(count() - uniqExact(${id}, revision)) AS doubled FROM ${table} WHERE startsWith(garageId, {prefix: String})`);
  return row!.doubled;
}

async function rows<T>(clickhouse: ClickHouseClient, run: string, query: string): Promise<T[]> {
  const result = await clickhouse.query({
    query, query_params: { prefix: `${run}-` }, format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<T>();
}
