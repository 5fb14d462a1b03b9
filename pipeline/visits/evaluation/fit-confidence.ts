import { Command } from 'commander';
import { confidenceSeeds } from '../../../loadtest/fleet/world/world-seeds.ts';
import { confidenceBy, fittedWeights, type PairWeights } from '../confidence/pair-confidence.ts';
import { fittedTo } from './fit-weights.ts';
import { toldPairs, type ToldPair } from './told-pairs.ts';

const WORLDS_OF_ALL_KINDS = 3;

/**
 * `npm run fit:confidence`: the weights of `matchConfidence` that fit the worlds of the seeds for learning best, beside those in force.
 * To be run when rules change what pairs there are; what it prints goes into `pair-confidence.ts`.
 */
const program = new Command('fit:confidence')
  .description('fits the weights of matchConfidence to simulated garages')
  .option('--profiles <names>', 'with commas between them', 'clean,typical,harsh')
  .option('--seeds <seeds>', 'likewise', confidenceSeeds.join())
  .action(fit);
await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});

function fit({ profiles, seeds }: { readonly profiles: string; readonly seeds: string }): void {
  const pairs: ToldPair[] = [];
  for (const profile of profiles.split(',')) {
    for (const [i, seed] of seeds.split(',').entries()) {
      // A garage in the city; and of the first worlds all four kinds.
      for (const garages of i < WORLDS_OF_ALL_KINDS ? [1, 4] : [1]) {
        pairs.push(...toldPairs({ profile, garages, vehicles: 1000, days: 7, seeds: [seed] }));
        process.stderr.write(`${profile} ${seed}, garages ${garages}: ${pairs.length} pairs so far\n`);
      }
    }
  }
  const fitted = fittedTo(pairs, fittedWeights);
  for (const [name, weight] of Object.entries(fitted)) {
    console.log(`${name.padEnd(18)} ${weight.toFixed(3).padStart(8)}   in force: ${fittedWeights[name as keyof PairWeights]}`);
  }
  console.log(`said to be 0.5 to 0.98 sure, and right: ${doubtfulOf(pairs, fitted)}; by those in force: ${doubtfulOf(pairs, fittedWeights)}`);
}

function doubtfulOf(pairs: readonly ToldPair[], weights: PairWeights): string {
  const said = pairs.map(({ signs, isRight }) => ({ confidence: confidenceBy(signs, weights), isRight }))
    .filter(({ confidence }) => confidence >= 0.5 && confidence < 0.98);
  const percent = (sum: number): string => `${((100 * sum) / said.length).toFixed(1)} %`;
  const meant = percent(said.reduce((sum, { confidence }) => sum + confidence, 0));
  return `${said.length} pairs, ${meant} said, ${percent(said.filter(({ isRight }) => isRight).length)} right`;
}
