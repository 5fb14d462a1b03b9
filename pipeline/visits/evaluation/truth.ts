import { objectsOfFile } from './reads-file.ts';

/**
 * What really happened, as far as an evaluation goes by it. Every read belongs to one stay or passage; a truth file may
 * leave out vehicles of passages, labels, faults and camera lines.
 */
export type TruthLine = TrueStay | TruePassage | CameraFault;

export interface TrueStay extends Labelled {
  readonly kind: 'stay';
  readonly garageId: string;
  readonly vehicleId: string;
  readonly plate: string;
  readonly country: string;
  readonly entryReadIds: readonly string[];
  readonly exitReadIds: readonly string[];
  /** RFC 3339. */
  readonly enteredAt: string;
  readonly exitedAt: string | null;
}

/** A vehicle, or none, seen that made no stay. */
export interface TruePassage extends Labelled {
  readonly kind: 'passage';
  readonly garageId: string;
  readonly vehicleId?: string;
  readonly readIds: readonly string[];
  readonly at: string;
}

/** A time in which a camera was not itself. */
export interface CameraFault extends Labelled {
  readonly kind: 'camera';
  readonly garageId?: string;
  readonly cameraId: string;
  readonly from: string;
  readonly to: string;
}

interface Labelled {
  /** Types of irregularities that this should raise. */
  readonly labels?: readonly string[];
  /** What was done to the reads, shown or not. */
  readonly faults?: readonly { readonly kind: string }[];
}

/** Whose a read is. */
export interface Owner {
  readonly line: TrueStay | TruePassage;
  readonly side: 'entry' | 'exit' | 'passage';
}

export interface Truth {
  readonly stays: readonly TrueStay[];
  readonly passages: readonly TruePassage[];
  readonly cameraFaults: readonly CameraFault[];
  ownerOf(garageId: string, readId: string): Owner | undefined;
}

export function openTruth(lines: Iterable<TruthLine>): Truth {
  const stays: TrueStay[] = [];
  const passages: TruePassage[] = [];
  const cameraFaults: CameraFault[] = [];
  const owners = new Map<string, Map<string, Owner>>();
  const own = (garageId: string, readIds: readonly string[], owner: Owner): void => {
    let ofGarage = owners.get(garageId);
    if (ofGarage === undefined) owners.set(garageId, (ofGarage = new Map()));
    for (const readId of readIds) ofGarage.set(readId, owner);
  };
  for (const line of lines) {
    switch (line.kind) {
      case 'stay':
        stays.push(line);
        own(line.garageId, line.entryReadIds, { line, side: 'entry' });
        own(line.garageId, line.exitReadIds, { line, side: 'exit' });
        break;
      case 'passage':
        passages.push(line);
        own(line.garageId, line.readIds, { line, side: 'passage' });
        break;
      case 'camera':
        cameraFaults.push(line);
        break;
    }
  }
  return { stays, passages, cameraFaults, ownerOf: (garageId, readId) => owners.get(garageId)?.get(readId) };
}

/** @throws when the file can't be read or a line is no JSON, naming the line */
export async function readTruthFile(path: string): Promise<Truth> {
  const lines: TruthLine[] = [];
  for await (const line of objectsOfFile(path)) lines.push(withSharedFaults(line as TruthLine));
  return openTruth(lines);
}

/** One object for all faults of a kind: a year's truth then takes half the memory. */
const faultOfKind = new Map<string, { readonly kind: string }>();

function withSharedFaults(line: TruthLine): TruthLine {
  if (line.faults === undefined) return line;
  const kinds = new Set(line.faults.map(({ kind }) => kind));
  const faults = Array.from(kinds, (kind) => {
    let fault = faultOfKind.get(kind);
    if (fault === undefined) faultOfKind.set(kind, (fault = { kind }));
    return fault;
  });
  return { ...line, faults };
}

/** True if cameras read both passages of the stay. */
export function isWhole(stay: TrueStay): boolean {
  return stay.entryReadIds.length > 0 && stay.exitReadIds.length > 0;
}
