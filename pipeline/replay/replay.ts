import { applyGarages } from '../garages/apply.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import { readLinesOfFile } from '../reads-file/read-lines.ts';
import type { Garage, GarageSettings } from '../records/records.ts';
import { waitForStages } from './downstream.ts';
import { surveyFile, type FileContents } from './file-garages.ts';
import { openGarageControls } from './garage-controls.ts';
import { readGarageClocks } from './garage-clocks.ts';
import type { Parts } from './parts.ts';
import { openReadSender, type SendCounts } from './read-sender.ts';
import { garageTable } from './garage-table.ts';

export interface ReplayOptions {
  readonly parts: Parts;
  readonly ingestUrl: string;
  /** API key for the garages of the file. */
  readonly ingestKey: string;
  readonly file: string;
  /** Applied first. */
  readonly garages: readonly Garage[];
  readonly stopping: AbortSignal;
  /** Takes lines for the one at the keyboard. */
  readonly say: (line: string) => void;
}

export interface Replayed {
  readonly contents: FileContents;
  readonly sent: Readonly<SendCounts>;
  /** Of the file's garages, those there before too. */
  readonly visitsByStatus: ReadonlyMap<string, number>;
}

/**
 * Sends a file of reads through the running pipeline, in order within a garage. While it runs the clocks of its garages
 * move by their reads alone; at the end they are advanced past the horizon, so that nothing is held back.
 * @throws when a garage's clock is ahead of its first read in the file, before anything is sent
 */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { parts, file, garages, say } = options;
  const { log, ids, downstream } = parts;
  if (garages.length > 0) await applyGarages({ log, ids, garages, issuedBy: 'replay' });
  const contents = await surveyFile(file, (line, fault) => say(`line ${line}: ${fault}`));
  const garageIds = [...contents.garages.keys()];
  say(`${contents.reads} reads of ${garageIds.length} garages`);
  await waitForStages(log, downstream, ['visits', 'pricing']);
  await refuseGaragesAhead(options, contents);

  const controls = openGarageControls({ log, ids, issuedBy: 'replay', reason: 'replay of a file' });
  await controls.hold(garageIds);
  let sent: SendCounts;
  try {
    await waitForStages(log, downstream, ['visits']);
    sent = await sendFile(options, contents);
    await waitForStages(log, downstream, ['visits']);
    const settings = await garageTable(parts, ({ garageId }) => contents.garages.has(garageId));
    for (const [garageId, { latest }] of contents.garages) {
      const to = settledAt(latest, settings.get(garageId)?.settings ?? defaultSettings);
      // No further than time has come: what is read live from now on would be late.
      await controls.advance([garageId], Math.min(to, Date.now()));
    }
    await waitForStages(log, downstream, ['visits']);
  } finally {
    await controls.release(garageIds);
  }
  await waitForStages(log, downstream, ['visits', 'pricing', 'warehouse']);
  return { contents, sent, visitsByStatus: await countVisits(parts, garageIds) };
}

/**
 * The garage clock at which all that reads up to `latest` made is certain and past repair. `evaluate` ends there too.
 */
function settledAt(latest: number, { horizonMs, allowedLatenessMs }: GarageSettings): number {
  return latest + horizonMs + allowedLatenessMs;
}

async function refuseGaragesAhead({ parts }: ReplayOptions, { garages }: FileContents): Promise<void> {
  const clocks = await readGarageClocks(parts.log, [...garages.keys()]);
  const ahead = [...garages].flatMap(([garageId, { earliest }]) => {
    const clock = clocks.get(garageId);
    return clock !== undefined && clock > earliest ? [{ garageId, clock, earliest }] : [];
  });
  if (ahead.length === 0) return;
  const { garageId, clock, earliest } = ahead[0]!;
  const others = ahead.length > 1 ? `, and ${ahead.length - 1} more garages are ahead` : '';
  throw new Error(
    `the clock of garage '${garageId}' stands at ${new Date(clock).toISOString()}, ` +
    `ahead of its first read in the file (${new Date(earliest).toISOString()})${others}: ` +
    'its reads would only be late arrivals. Give the garage another id in the file, or replay into an empty pipeline',
  );
}

const REPORT_EVERY_MS = 3000;

async function sendFile(
  { file, ingestUrl, ingestKey, stopping, say }: ReplayOptions, { reads }: FileContents,
): Promise<SendCounts> {
  const onRefused = (item: unknown, reason: string): void =>
    say(`read ${(item as { readId: string }).readId} refused: ${reason}`);
  const sender = openReadSender({ url: ingestUrl, key: ingestKey, onRefused });
  let reportAt = performance.now() + REPORT_EVERY_MS;
  for await (const lines of readLinesOfFile(file, { receivedAt: Date.now(), source: 'replay' })) {
    for (const line of lines) {
      stopping.throwIfAborted();
      if (line.fault !== undefined) continue;
      await sender.send(line.read.garageId, line.item);
      if (performance.now() < reportAt) continue;
      reportAt = performance.now() + REPORT_EVERY_MS;
      say(`${sender.counts.accepted} of ${reads} reads accepted`);
    }
  }
  await sender.settled();
  return sender.counts;
}

async function countVisits({ clickhouse }: Parts, garages: readonly string[]): Promise<Map<string, number>> {
  const result = await clickhouse.query({
    query: 'SELECT status, toUInt32(count()) AS visits FROM visits_current ' +
      'WHERE garageId IN {garages: Array(String)} GROUP BY status ORDER BY status',
    query_params: { garages }, format: 'JSONEachRow',
  });
  return new Map((await result.json<{ status: string; visits: number }>()).map(({ status, visits }) =>
    [status, visits]));
}
