import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import type { Irregularity, Visit } from '../records/records.ts';
import { openSightingRules } from './sightings-of-visits.ts';
import { openTwoPlacesRules } from './two-places-rules.ts';

/** Both stages without Kafka, one behind the other. */
export interface TwoPlacesOfVisits {
  /** @param at what its record's timestamp would be, ms UTC */
  visit(visit: Visit, at: number): void;
  /** Newest revisions, withdrawn ones too. */
  irregularities(): Irregularity[];
}

export function openTwoPlacesOfVisits(): TwoPlacesOfVisits {
  const states = [new TaskState(), new TaskState()] as const;
  const sightings = openSightingRules(states[0]);
  const twoPlaces = openTwoPlacesRules(states[1]);
  const irregularities = new Map<string, Irregularity>();
  // Nobody reads the changelog.
  const changelog = new RecordBlock();
  let sinceSettled = 0;
  return {
    visit(visit, at) {
      sightings.visit(visit, at, (sighting) => {
        twoPlaces.sighting(sighting, at, (irregularity) =>
          irregularities.set(irregularity.irregularityId, irregularity));
      });
      if (++sinceSettled < SETTLED_EVERY) return;
      sinceSettled = 0;
      for (const state of states) state.settle(changelog, 0);
      changelog.clear();
    },
    irregularities: () => [...irregularities.values()],
  };
}

const SETTLED_EVERY = 10_000;
