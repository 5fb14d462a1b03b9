import type {
  FieldConfig as BarChartField, Options as BarChartOptions,
} from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type {
  Options as BarGaugeOptions,
} from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type {
  FieldConfig as HeatmapField, Options as HeatmapOptions,
} from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type {
  Options as StatOptions,
} from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type {
  FieldConfig as TableField, Options as TableOptions,
} from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type {
  FieldConfig as TimeSeriesField, Options as TimeSeriesOptions,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Dashboard } from '@grafana/schema';

/**
 * What Grafana itself says a dashboard file may hold, the options of each kind of panel too. Read as types only, by
 * the test that makes a JSON schema of them.
 */
export interface DashboardFile extends Dashboard {
  uid: string;
  title: string;
  schemaVersion: 42;
}

export interface PanelOptions {
  timeseries: TimeSeriesOptions;
  stat: StatOptions;
  table: TableOptions;
  bargauge: BarGaugeOptions;
  barchart: BarChartOptions;
  heatmap: HeatmapOptions;
}

/** What a field's `custom` may hold. */
export interface PanelFields {
  timeseries: TimeSeriesField;
  stat: Record<string, never>;
  table: TableField;
  bargauge: Record<string, never>;
  barchart: BarChartField;
  heatmap: HeatmapField;
}
