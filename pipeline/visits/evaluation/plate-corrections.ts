import type { CameraRead, Visit } from '../../records/records.ts';
import { compare } from './score.ts';
import type { Truth } from './truth.ts';

/** What became of plates: visits of one stay alone, right pairs and halves. */
export interface PlateScore {
  readonly visits: number;
  /** Visits whose plate is the true one. */
  readonly right: number;
  /** Visits whose entry or exit read has a wrong plate; of these, those whose own plate is the true one all the same. */
  readonly misread: number;
  readonly corrected: number;
  /** Visits with a wrong plate though what they name was read right. */
  readonly spoiled: number;
}

/** Remembers which reads are wrong, and scores visits by it. */
export interface PlateCorrections {
  read(read: CameraRead): void;
  score(visits: Iterable<Visit>): PlateScore;
}

export function openPlateCorrections(truth: Truth): PlateCorrections {
  const misreads = new Set<string>();
  return {
    read({ garageId, readId, plate }) {
      const line = truth.ownerOf(garageId, readId)?.line;
      if (line?.kind === 'stay' && line.plate !== plate) misreads.add(`${garageId} ${readId}`);
    },
    score(visits) {
      const counts = { visits: 0, right: 0, misread: 0, corrected: 0, spoiled: 0 };
      for (const { garageId, entryReadId, exitReadId, plate } of visits) {
        const entered = entryReadId === null ? undefined : truth.ownerOf(garageId, entryReadId);
        const left = exitReadId === null ? undefined : truth.ownerOf(garageId, exitReadId);
        if (entryReadId !== null && exitReadId !== null && compare(entered, left) !== 'right') continue;
        const line = (entered ?? left)?.line;
        if (line?.kind !== 'stay') continue;
        const isMisread = [entryReadId, exitReadId].some((readId) => readId !== null && misreads.has(`${garageId} ${readId}`));
        const isRight = plate === line.plate;
        counts.visits += 1;
        if (isRight) counts.right += 1;
        if (isMisread) counts.misread += 1;
        if (isMisread && isRight) counts.corrected += 1;
        if (!isMisread && !isRight) counts.spoiled += 1;
      }
      return counts;
    },
  };
}
