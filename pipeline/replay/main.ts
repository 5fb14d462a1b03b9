import { ownKey } from '../access/own-key.ts';
import { readGaragesFile } from '../garages/garages-file.ts';
import { readConfig } from '../service/config.ts';
import { openParts } from './parts.ts';
import { replay } from './replay.ts';

/**
 * `bomfri replay FILE [--garages FILE]`. Exits with 1 when a line was bad or a read refused; the others are through.
 */
export async function main(file: string, options: { readonly garages?: string }): Promise<void> {
  const config = readConfig();
  const ingestKey = ownKey(config);
  const garages = options.garages === undefined ? [] : await readGaragesFile(options.garages);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () =>
      stopping.abort(new Error('stopped; the reads sent so far stay, and the garages are released')));
  }
  const parts = await openParts(config, 'replay');
  try {
    const { contents, sent, visitsByStatus } = await replay({
      parts, ingestUrl: config.ingestUrl, ingestKey, file, garages,
      stopping: stopping.signal, say: (line) => console.log(line),
    });
    console.log(
      `reads: ${contents.reads} sent, ${sent.accepted} accepted, ${sent.refused} refused; `
        + `${contents.badLines} bad lines`,
    );
    const counts = [...visitsByStatus].map(([status, visits]) => `${visits} ${status}`);
    console.log(`visits of these garages: ${counts.join(', ') || 'none'}`);
    if (contents.badLines > 0 || sent.refused > 0) process.exitCode = 1;
  } finally {
    await parts.close();
  }
}
