import fc from 'fast-check';
import type { Candidate } from '../../records/records.ts';
import type { PlateEvidence } from './evidence.ts';

/** A read of the country's ordinary cameras. */
export function read(plate: string, confidence = 0.92, candidates: readonly Candidate[] = []): PlateEvidence {
  return { plate, country: 'NO', confidence, candidates };
}

const character = fc.constantFrom(...'ABDELOQSVZ0123589ØÅВЖ');
const fleetNumber = fc.integer({ min: 10_000, max: 10_030 });
/** Few characters, so that plates come near each other. */
export const anyPlate = fc.oneof(
  { weight: 3, arbitrary: fc.array(character, { minLength: 0, maxLength: 16 }).map((characters) => characters.join('')) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('EL', 'VP', 'AB'), fleetNumber).map(([letters, number]) => letters + number) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 16 }) },
);
const confidence = fc.double({ min: 0, max: 1, noNaN: true });

export const anyEvidence: fc.Arbitrary<PlateEvidence> = fc.record({
  plate: anyPlate,
  country: fc.constantFrom('NO', 'SE', 'XX'),
  confidence,
  candidates: fc.array(fc.record({ plate: anyPlate, confidence }), { maxLength: 8 }),
});
