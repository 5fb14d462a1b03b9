/** A panel's query, as Grafana keeps it in `targets`. */
export type Query = ClickHouseQuery | PrometheusQuery;

export interface ClickHouseQuery {
  readonly refId: string;
  readonly datasource: typeof clickhouseSource;
  readonly editorType: 'sql';
  readonly queryType: 'table' | 'timeseries';
  /** Grafana's number for the query type. */
  readonly format: 0 | 1;
  /** SQL with the macros of the ClickHouse data source, `$__timeFilter(column)` and its like. */
  readonly rawSql: string;
}

export interface PrometheusQuery {
  readonly refId: string;
  readonly datasource: typeof prometheusSource;
  readonly editorMode: 'code';
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'heatmap';
  readonly range: boolean;
  readonly instant: boolean;
}

/** The data sources by the uids that `provisioning/datasources` gives them. */
export const clickhouseSource = { type: 'grafana-clickhouse-datasource', uid: 'clickhouse' } as const;
const prometheusSource = { type: 'prometheus', uid: 'prometheus' } as const;

/** Rows as they are. */
export function rows(sql: string): ClickHouseQuery {
  return { ...sqlQuery(sql), queryType: 'table', format: 1 };
}

/** Rows whose first column is a time, in order; text columns become labels. */
export function series(sql: string): ClickHouseQuery {
  return { ...sqlQuery(sql), queryType: 'timeseries', format: 0 };
}

function sqlQuery(sql: string) {
  const rawSql = sql.replace(/^\n+|\s+$/g, '').replace(/^ {4}/gm, '');
  return { refId: 'A', datasource: clickhouseSource, editorType: 'sql', rawSql } as const;
}

/** A metric over time; `legend` as `{{label}}`. */
export function metric(expr: string, legend: string, refId = 'A'): PrometheusQuery {
  return { ...metricQuery(expr, refId), legendFormat: legend, format: 'time_series', range: true, instant: false };
}

/** A metric's value at the end of the time range. */
export function metricNow(expr: string): PrometheusQuery {
  return { ...metricQuery(expr, 'A'), legendFormat: '', format: 'time_series', range: false, instant: true };
}

/** The buckets of a histogram over time. */
export function metricBuckets(expr: string): PrometheusQuery {
  return { ...metricQuery(expr, 'A'), legendFormat: '{{le}}', format: 'heatmap', range: true, instant: false };
}

function metricQuery(expr: string, refId: string) {
  return { refId, datasource: prometheusSource, editorMode: 'code', expr } as const;
}
