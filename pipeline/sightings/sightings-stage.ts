import { partitionCounts, topics } from '../../topics/topics.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { openSightingRules, plateKey } from './sightings-of-visits.ts';

/** parking.visits -> parking.sightings: what a garage knows of a plate goes to where all garages' are. */
export function sightingsStage({ ids }: { readonly ids: SchemaIds }): Stage {
  const visits = openCodec('Visit', ids);
  const sightings = openCodec('Sighting', ids);
  return {
    name: 'sightings',
    inputs: [topics.visits.name],
    changelog: topics.sightingsState.name,
    outputs: [topics.sightings.name],
    gatherMs: 500,
    openTask(task, state): StageTask {
      const rules = openSightingRules(state);
      return {
        apply({ record: { value, timestamp } }, out) {
          if (value === null) throw new RejectedError('empty', 'a record without a value');
          const visit = visits.decode(value);
          if (partitionOf(visit.garageId, partitionCounts.garage) !== task) {
            throw new RejectedError(
              'wrong_partition',
              `garage '${visit.garageId}' does not belong to partition ${task}`,
            );
          }
          rules.visit(visit, timestamp, (sighting) => {
            const key = plateKey(sighting);
            const partition = partitionOf(key, partitionCounts.vehicle);
            out.addEncoded(topics.sightings.name, partition, key, timestamp, sightings, sighting);
          });
        },
      };
    },
  };
}
