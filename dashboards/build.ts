import { mkdirSync, writeFileSync } from 'node:fs';
import type { Dashboard } from './dashboard.ts';
import { overview } from './overview.ts';
import { pipelineHealth } from './pipeline-health.ts';

/** Every dashboard, by the name of its file in `generated/`. */
export const dashboards: Readonly<Record<string, Dashboard>> = {
  'overview.json': overview,
  'pipeline-health.json': pipelineHealth,
};

export const generatedFolder = new URL('generated/', import.meta.url);

/** A dashboard as it stands in its file. */
export function fileText(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/** `bomfri dashboards`: writes the files that Grafana reads. */
export function main(): void {
  mkdirSync(generatedFolder, { recursive: true });
  for (const [name, dashboard] of Object.entries(dashboards)) {
    writeFileSync(new URL(name, generatedFolder), fileText(dashboard));
    console.log(`dashboards/generated/${name}: ${dashboard.title}, ${dashboard.panels.length} panels`);
  }
}
