import { DEFAULT_PORT_BASE, fallbackText, settings } from './config.ts';

/** Every setting as the rows of README.md's table, ports as they are by default. */
export function settingsTable(): string {
  const rows = settings.map(
    (setting) => `| \`${setting.name}\` | ${code(fallbackText(setting, DEFAULT_PORT_BASE))} | ${setting.meaning} |`,
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const code = (text: string): string => (text === '' ? 'none' : `\`${text}\``);
