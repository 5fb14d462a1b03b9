import { RejectedError } from '../../engine/stage.ts';
import type { Control, Irregularity, Sighting } from '../../records/records.ts';
import { visitOfTwoPlaces } from '../../sightings/two-places.ts';
import { withCamera } from '../cameras/camera-watch.ts';
import type { VisitsState } from '../state/state.ts';
import { resolvedIrregularity } from '../stays/irregularities.ts';

/**
 * Somebody has looked at an irregularity: nothing more is to be done about it, and it becomes `resolved`. It may be a stay's,
 * a read's without a plate, a camera's, or one that stands alone (a late read, a recount). One that is resolved already stays as it is.
 * A two_places is not known here: the word goes on to where all garages' stays of the plate meet (`pipeline/sightings`), which resolves it.
 *
 * @throws {RejectedError} the garage has no such irregularity that is not withdrawn, or it is older than the horizon
 */
export function dismiss(control: Control, state: VisitsState, sink: DismissalSink): void {
  const { subject: garageId, issuedBy } = control;
  const irregularityId = control.irregularityId!;
  const visitId = visitOfTwoPlaces(irregularityId);
  if (visitId !== null) return sink.sighting?.(dismissalOfTwoPlaces(control, visitId, state));
  const held = heldIn(state, garageId, irregularityId);
  if (held === null || held.known.status === 'withdrawn') throw unknownIrregularity();
  if (held.known.status === 'resolved') return;
  const resolved = resolvedIrregularity(held.known, issuedBy);
  held.replace(resolved);
  sink.irregularity(resolved);
}

export interface DismissalSink {
  irregularity(irregularity: Irregularity): void;
  /** A person's word on a plate in two places; left out by those who make visits only. */
  sighting?(sighting: Sighting): void;
}

/** To be read after all that the garage has told of the stay. */
function dismissalOfTwoPlaces(
  { subject: garageId, irregularityId, controlId, issuedAt, issuedBy, reason }: Control, visitId: string, state: VisitsState,
): Sighting {
  const stay = state.stays.get(visitId);
  if (stay === undefined || stay.garageId !== garageId || stay.visit === null) throw unknownIrregularity();
  const { country, plate, revision, status, enteredAt, exitedAt, matchConfidence } = stay.visit;
  const { operatorId } = state.garage(garageId);
  return {
    country, plate, operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence,
    dismissal: { irregularityId: irregularityId!, controlId, issuedAt, issuedBy, reason },
  };
}

function unknownIrregularity(): RejectedError {
  return new RejectedError('unknown_irregularity', 'this garage has no such irregularity: the id is wrong, or it is older than the horizon');
}

interface Held {
  /** Its newest revision. */
  readonly known: Irregularity;
  replace(by: Irregularity): void;
}

function heldIn({ stays, blankReads, watches, lateReads }: VisitsState, garageId: string, irregularityId: string): Held | null {
  const isIt = (irregularity: Irregularity): boolean => irregularity.irregularityId === irregularityId;
  // Its type and the visit's name; types have no hyphen.
  const stay = stays.get(irregularityId.slice(irregularityId.indexOf('-') + 1));
  if (stay?.garageId === garageId) {
    const known = stay.irregularities.find(isIt);
    if (known === undefined) return null;
    return {
      known,
      replace: (by) => stays.put(stay.visitId, { ...stay, irregularities: replaced(stay.irregularities, known, by) }),
    };
  }
  // These are few, and asked for rarely: they need no index.
  for (const [key, blank] of blankReads.entries()) {
    const known = blank.garageId === garageId ? blank.told.find(isIt) : undefined;
    if (known === undefined) continue;
    return { known, replace: (by) => blankReads.put(key, { ...blank, told: replaced(blank.told, known, by) }) };
  }
  const watch = watches.get(garageId);
  for (const camera of watch?.cameras ?? []) {
    const known = camera.told.find(isIt);
    if (known === undefined) continue;
    const replace = (by: Irregularity): void =>
      void watches.put(garageId, withCamera(watch!, camera, { ...camera, told: replaced(camera.told, known, by) }));
    return { known, replace };
  }
  for (const [key, late] of lateReads.entries()) {
    const { told } = late;
    if (told === null || late.garageId !== garageId || !isIt(told)) continue;
    return { known: told, replace: (by) => lateReads.put(key, { ...late, told: by }) };
  }
  return null;
}

function replaced(all: readonly Irregularity[], known: Irregularity, by: Irregularity): Irregularity[] {
  return all.map((irregularity) => (irregularity === known ? by : irregularity));
}
