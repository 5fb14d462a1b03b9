import { readLinesOfFile } from '../reads-file/read-lines.ts';

/** What a file says about one garage before anything is sent. Times are those of capture, UTC ms. */
export interface FileGarage {
  readonly reads: number;
  readonly earliest: number;
  readonly latest: number;
}

export interface FileContents {
  readonly reads: number;
  readonly badLines: number;
  readonly garages: ReadonlyMap<string, FileGarage>;
}

/** Reads the whole file once; `onBadLine` is told of each line that holds no read. */
export async function surveyFile(
  path: string, onBadLine: (line: number, fault: string) => void,
): Promise<FileContents> {
  const garages = new Map<string, FileGarage>();
  let reads = 0;
  let badLines = 0;
  for await (const lines of readLinesOfFile(path, { receivedAt: Date.now(), source: 'replay' })) {
    for (const { line, ...found } of lines) {
      if (found.fault !== undefined) {
        badLines += 1;
        onBadLine(line, found.fault);
        continue;
      }
      reads += 1;
      const { garageId, capturedAt } = found.read;
      const known = garages.get(garageId) ?? { reads: 0, earliest: Infinity, latest: -Infinity };
      garages.set(garageId, {
        reads: known.reads + 1,
        earliest: Math.min(known.earliest, capturedAt),
        latest: Math.max(known.latest, capturedAt),
      });
    }
  }
  return { reads, badLines, garages };
}
