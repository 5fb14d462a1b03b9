/** What Grafana puts into a query before it is sent. */
export interface Shown {
  readonly from: Date;
  readonly to: Date;
  readonly garages: readonly string[];
}

/**
 * A panel's SQL as Grafana's ClickHouse data source sends it: macros and variables replaced.
 * @throws {Error} naming a macro or variable that is not known here
 */
export function expandMacros(sql: string, { from, to, garages }: Shown): string {
  const fromTime = `toDateTime(${seconds(from)})`;
  const toTime = `toDateTime(${seconds(to)})`;
  const intervalSeconds = Math.max(1, Math.round((seconds(to) - seconds(from)) / POINTS));
  const expanded = sql
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 >= ${fromTime} AND $1 <= ${toTime}`)
    .replace(/\$__dateFilter\((\w+)\)/g, `$1 >= toDate('${dayOf(from)}') AND $1 <= toDate('${dayOf(to)}')`)
    .replace(/\$__timeInterval\((\w+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${intervalSeconds} second)`)
    .replace(/\$__fromTime\b/g, fromTime)
    .replace(/\$__toTime\b/g, toTime)
    .replaceAll('${garage:singlequote}', () => garages.map(quoted).join(','));
  const left = /\$\{?\w+/.exec(expanded);
  if (left !== null) throw new Error(`what ${left[0]} stands for in a query is not known`);
  return expanded;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/** About how many points Grafana asks for on a panel's width. */
const POINTS = 500;

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
