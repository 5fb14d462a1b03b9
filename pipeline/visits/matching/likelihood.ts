import { shippedChannel } from './channel.ts';
import { evidenceModule } from './evidence-module.ts';
import type { Prepared } from './prepared.ts';
import type { Text } from './text.ts';

/** How much likelier the evidence is when the vehicle has the plate that was read than of any vehicle: P(evidence | plate) / P(evidence). */
export function likelihood(evidence: Prepared): number {
  return evidence.right / evidence.share;
}

/** The same for a plate that was not read. @param asRead P(a misread vehicle with this plate is read as the evidence) */
export function likelihoodOfOther(evidence: Prepared, plate: Text, asRead: number): number {
  return evidenceModule.likelihoodOfOther(evidence.at, plate.at, numberAmong(evidence, plate.plate), asRead);
}

/** P(a misread vehicle with this plate is read so). The texts differ. */
export function readAs(plate: Text, read: Text): number {
  return shippedChannel.misread(plate, read);
}

/** By which number the evidence has that plate; -1: it has not. */
export function numberAmong({ texts, candidates }: Prepared, plate: string): number {
  for (let i = 0; i <= candidates; i++) if (texts[i]!.plate === plate) return i;
  return -1;
}
