import grafana from 'grafana-dash-gen';
import { clickhouseSource } from './queries.ts';
import type { Panel } from './panels.ts';

/** A dashboard as Grafana reads it from a file. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly PlacedPanel[];
  readonly templating: { readonly list: readonly object[] };
}

export interface PlacedPanel extends Panel {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** Panels side by side; they share out the width. */
export interface PanelRow {
  /** In Grafana's grid units of 30 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface DashboardText {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Start of the time range that is shown at first, as `now-24h`. */
  readonly from: string;
}

/**
 * Puts rows of panels into a dashboard. The generator's own panels and rows are of Grafana's times before 5,
 * so only the frame is its: what Grafana has dropped since is left out, what it has gained is added.
 */
export function dashboard(
  text: DashboardText,
  rows: readonly PanelRow[],
  variables: readonly object[] = [],
): Dashboard {
  const frame = new grafana.Dashboard({
    title: text.title,
    tags: ['bomfri'],
    schemaVersion: SCHEMA_VERSION,
    timezone: 'browser',
    refresh: '30s',
    time: { from: text.from, to: 'now' },
    // Files are the source: what is changed in the browser would be gone at the next start.
    editable: false,
  }).generate();
  const { title, tags, schemaVersion, timezone, refresh, time, editable, links } = frame;
  return {
    uid: text.uid, title, description: text.description, tags, schemaVersion, timezone, refresh, time, editable, links,
    annotations: { list: [] },
    templating: { list: variables },
    graphTooltip: 1,
    panels: placed(rows),
  } as Dashboard;
}

/** A choice among the garages, all at first; queries use it as `${garage:singlequote}`. */
export const garageVariable = {
  name: 'garage',
  label: 'Garage',
  type: 'query',
  datasource: clickhouseSource,
  query: 'SELECT DISTINCT garageId FROM visits ORDER BY garageId',
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  current: { selected: true, text: ['All'], value: ['$__all'] },
  options: [],
} as const;

/** The dashboard format of Grafana 12 and 13. */
const SCHEMA_VERSION = 42;

const GRID_WIDTH = 24;

function placed(rows: readonly PanelRow[]): PlacedPanel[] {
  const panels: PlacedPanel[] = [];
  let y = 0;
  for (const { height, panels: inRow } of rows) {
    const w = Math.floor(GRID_WIDTH / inRow.length);
    inRow.forEach((panel, i) => {
      panels.push({ id: panels.length + 1, ...panel, gridPos: { x: i * w, y, w, h: height } });
    });
    y += height;
  }
  return panels;
}
