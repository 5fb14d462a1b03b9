import { partitionCounts, topics } from '../../topics/topics.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { plateKey } from './sightings-of-visits.ts';
import { openTwoPlacesRules } from './two-places-rules.ts';

/** parking.sightings -> parking.irregularities, on the partition of the garage that each stands with. */
export function twoPlacesStage({ ids }: { readonly ids: SchemaIds }): Stage {
  const sightings = openCodec('Sighting', ids);
  const irregularities = openCodec('Irregularity', ids);
  return {
    name: 'two-places',
    inputs: [topics.sightings.name],
    changelog: topics.twoPlacesState.name,
    outputs: [topics.irregularities.name],
    gatherMs: 500,
    openTask(task, state): StageTask {
      const rules = openTwoPlacesRules(state);
      return {
        apply({ record: { value, timestamp } }, out) {
          if (value === null) throw new RejectedError('empty', 'a record without a value');
          const sighting = sightings.decode(value);
          if (partitionOf(plateKey(sighting), partitionCounts.vehicle) !== task) {
            throw new RejectedError('wrong_partition', `the plate does not belong to partition ${task}`);
          }
          rules.sighting(sighting, timestamp, (irregularity) => {
            const { garageId } = irregularity;
            const partition = partitionOf(garageId, partitionCounts.garage);
            out.addEncoded(topics.irregularities.name, partition, garageId, timestamp, irregularities, irregularity);
          });
        },
      };
    },
  };
}
