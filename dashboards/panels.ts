import type { Query } from './queries.ts';

/** A panel without its place on the dashboard. Grafana 13's options, all given: none is left to a default. */
export interface Panel {
  readonly type: 'timeseries' | 'stat' | 'table' | 'bargauge' | 'barchart' | 'heatmap';
  readonly title: string;
  /** Shown behind the panel's information sign: what is counted, and what is not. */
  readonly description: string;
  readonly targets: readonly Query[];
  readonly fieldConfig: { readonly defaults: object; readonly overrides: readonly object[] };
  readonly options: object;
}

export interface PanelText {
  readonly title: string;
  readonly description: string;
  /** Grafana's name of the unit: `short`, `s`, `m` for minutes, `bytes`, `percentunit`, ... */
  readonly unit?: string;
}

/** Lines over time. */
export function timeseries(text: PanelText, targets: readonly Query[], stacked = false): Panel {
  return {
    type: 'timeseries', ...about(text), targets,
    fieldConfig: {
      defaults: {
        unit: text.unit ?? 'short',
        min: 0,
        custom: {
          drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: stacked ? 40 : 10,
          showPoints: 'never',
          stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** One number, or one for each row. */
export function stat(text: PanelText, target: Query): Panel {
  return {
    type: 'stat', ...about(text), targets: [target],
    fieldConfig: { defaults: { unit: text.unit ?? 'short', noValue: '0' }, overrides: [] },
    options: {
      reduceOptions: { values: true, calcs: ['lastNotNull'], fields: '' },
      colorMode: 'none', graphMode: 'none', justifyMode: 'auto', orientation: 'auto', textMode: 'auto',
      wideLayout: true,
      percentChangeColorMode: 'standard', showPercentChange: false,
    },
  };
}

export function table(text: PanelText, target: Query): Panel {
  return {
    type: 'table', ...about(text), targets: [target],
    fieldConfig: {
      defaults: {
        unit: text.unit ?? 'none',
        custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
      },
      overrides: [],
    },
    options: { cellHeight: 'sm', frameIndex: 0, showHeader: true },
  };
}

/** A horizontal bar for each row. */
export function barGauge(text: PanelText, target: Query): Panel {
  return {
    type: 'bargauge', ...about(text), targets: [target],
    fieldConfig: { defaults: { unit: text.unit ?? 'short', min: 0 }, overrides: [] },
    options: {
      reduceOptions: { values: true, calcs: ['lastNotNull'], fields: '' },
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      displayMode: 'basic', orientation: 'horizontal', namePlacement: 'left', showUnfilled: true, sizing: 'auto',
      valueMode: 'color', maxVizHeight: 300, minVizHeight: 16, minVizWidth: 8,
    },
  };
}

/** A bar for each row, in the rows' order: the first column names it. */
export function barChart(text: PanelText, target: Query): Panel {
  return {
    type: 'barchart', ...about(text), targets: [target],
    fieldConfig: { defaults: { unit: text.unit ?? 'short', custom: { fillOpacity: 60, lineWidth: 1 } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
      barWidth: 0.9, groupWidth: 0.7, fullHighlight: false, orientation: 'auto', showValue: 'auto', stacking: 'none',
      xTickLabelMaxLength: 0, xTickLabelRotation: 0,
    },
  };
}

/** Buckets over time, the more the darker. */
export function heatmap(text: PanelText, target: Query): Panel {
  return {
    type: 'heatmap', ...about(text), targets: [target],
    fieldConfig: { defaults: { custom: { scaleDistribution: { type: 'linear' } } }, overrides: [] },
    options: {
      calculate: false, cellGap: 1, showValue: 'never',
      color: {
        mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', exponent: 0.5, scale: 'exponential', steps: 64,
        reverse: false,
      },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      tooltip: { mode: 'single', showColorScale: false, yHistogram: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit: text.unit ?? 'short' },
    },
  };
}

function about({ title, description }: PanelText): PanelText {
  return { title, description };
}
