import { profiles } from './faults.ts';
import { generateFleet } from './generate.ts';
import type { Fleet, FleetOptions } from './generate.ts';
import type { TruthLine } from './truth.ts';
import { generateWorld } from './world/generate-world.ts';
import { worldProfiles } from './world/world-rates.ts';
import type { WorldTruthLine } from './world/world-truth.ts';

export type AnyTruthLine = TruthLine | WorldTruthLine;

/**
 * The fleet or world of a profile by its name: `none` and `demo` are plain fleets, the others worlds.
 * @throws when no profile has the name, or the profile can't have what is asked
 */
export function fleetOf(profile: string, options: Omit<FleetOptions, 'faults'>): Fleet<AnyTruthLine> {
  if (profile in profiles) return generateFleet({ ...options, faults: profiles[profile as keyof typeof profiles] });
  if (!(profile in worldProfiles)) {
    const names = [...Object.keys(profiles), ...Object.keys(worldProfiles)].join(', ');
    throw new Error(`--profile is '${profile}', but must be one of: ${names}`);
  }
  if (options.lanes !== undefined) {
    throw new Error(`--lanes can't be chosen with --profile ${profile}: its garages have their own`);
  }
  return generateWorld({ ...options, rates: worldProfiles[profile as keyof typeof worldProfiles] });
}
