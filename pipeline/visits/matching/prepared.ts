import { shippedChannel } from './channel.ts';
import type { PlateEvidence } from './evidence.ts';
import { evidenceModule, memoryNumbers, NUMBER_BYTES, useMemory } from './evidence-module.ts';
import { shippedReliability } from './reliability.ts';
import { LEAST_WEIGHT, MOST_CANDIDATES } from './shared-numbers.ts';
import { Text } from './text.ts';

/**
 * What an evidence says, in numbers, which stand in the module's memory. One object is filled again and again, for
 * comparing plates must leave nothing to collect.
 */
export class Prepared {
  evidence: PlateEvidence | null = null;
  candidates = 0;
  readonly at = evidenceModule.makePrepared();
  /** The plates that it may be of: number 0 is the one read, the others are the candidates. */
  readonly texts = Array.from({ length: 1 + MOST_CANDIDATES }, (_, number) => new Text(evidenceModule.textAt(this.at, number)));
  private readonly weights = new Float64Array(MOST_CANDIDATES);

  constructor() {
    useMemory();
  }

  /** P(read as it was | the vehicle has that plate). */
  get right(): number {
    return memoryNumbers[this.at / NUMBER_BYTES]!;
  }

  /** P(misread, the truth not among the candidates). */
  get misread(): number {
    return memoryNumbers[this.at / NUMBER_BYTES + 1]!;
  }

  /** P(a misread vehicle is read so). */
  get misreadShare(): number {
    return memoryNumbers[this.at / NUMBER_BYTES + 2]!;
  }

  /** P(any vehicle is read so). */
  get share(): number {
    return memoryNumbers[this.at / NUMBER_BYTES + 3]!;
  }

  prepare(evidence: PlateEvidence): void {
    const { texts, weights } = this;
    this.evidence = evidence;
    texts[0]!.write(evidence.plate);
    let candidates = 0;
    let sum = 0;
    for (let i = 0; i < evidence.candidates.length; i++) {
      const { plate, confidence } = evidence.candidates[i]!;
      if (plate === '' || standsAmong(plate, texts, 1 + candidates)) continue;
      const weight = LEAST_WEIGHT + confidence;
      let at = candidates;
      if (candidates === MOST_CANDIDATES) {
        at = leastOf(weights);
        if (weights[at]! >= weight) continue;
        sum -= weights[at]!;
      } else {
        candidates++;
      }
      texts[1 + at]!.write(plate);
      weights[at] = weight;
      sum += weight;
    }
    this.candidates = candidates;
    for (let i = 0; i < candidates; i++) evidenceModule.weigh(this.at, 1 + i, weights[i]!);
    const { right, truthAmongCandidates } = shippedReliability;
    const among = candidates > 0 ? truthAmongCandidates : 0;
    evidenceModule.prepare(shippedChannel.at, this.at, candidates, right(evidence.confidence, candidates > 0), among, sum);
  }
}

function standsAmong(plate: string, texts: readonly Text[], count: number): boolean {
  for (let i = 0; i < count; i++) if (texts[i]!.plate === plate) return true;
  return false;
}

function leastOf(weights: Float64Array): number {
  let least = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i]! < weights[least]!) least = i;
  return least;
}
