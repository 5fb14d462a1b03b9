import { noCandidates } from '../../records/no-candidates.ts';
import type { Candidate } from '../../records/records.ts';
import { instantiate } from '../../webassembly/instantiate.ts';
import type { PlateEvidence } from './evidence.ts';

/**
 * The vote of reads that are all of one plate, seen from the front, out of objects: the rule is `wasm/alike-vote.as.ts`, which
 * votes on nearly all such reads where their bytes are.
 */

/** What `wasm/alike-vote.wasm.ts` exports; addresses are in its memory. */
interface AlikeVote {
  roomFor(bytes: number): number;
  sureTogether(voters: number, count: number): number;
  forgetThoughts(): void;
  think(at: number, bytes: number, confidence: number): void;
  thoughtCount(): number;
  thoughtAt(nth: number): number;
  thoughtConfidence(nth: number): number;
}

const alikeVote = instantiate<AlikeVote>(new URL('wasm/alike-vote.wasm', import.meta.url));
let room = new DataView(alikeVote.memory.buffer);

function roomFor(bytes: number): number {
  const at = alikeVote.roomFor(bytes);
  if (room.buffer !== alikeVote.memory.buffer) room = new DataView(alikeVote.memory.buffer);
  return at;
}

/** How sure they are together, 0 to 1, voted on in this order. */
export function sureTogether(reads: readonly PlateEvidence[]): number {
  const at = roomFor(8 * reads.length);
  for (let i = 0; i < reads.length; i++) room.setFloat64(at + 8 * i, reads[i]!.confidence, true);
  return alikeVote.sureTogether(at, reads.length);
}

/** What they may be instead of the plate: the likeliest of all their candidates. */
export function secondThoughts(reads: readonly PlateEvidence[], plate: string): readonly Candidate[] {
  if (reads.every(({ candidates }) => candidates.length === 0)) return noCandidates;
  const others = reads.flatMap(({ candidates }) => candidates).filter((other) => other.plate !== plate);
  let at = roomFor(others.reduce((bytes, other) => bytes + 2 * other.plate.length + 2, 0));
  const plates = new Map<number, string>();
  alikeVote.forgetThoughts();
  for (const other of others) {
    const { length } = other.plate;
    // The high byte first: so their order byte by byte is that of the texts.
    for (let i = 0; i < length; i++) room.setUint16(at + 2 * i, other.plate.charCodeAt(i));
    alikeVote.think(at, 2 * length, other.confidence);
    plates.set(at, other.plate);
    at += 2 * length + 2;
  }
  const thoughts: Candidate[] = [];
  for (let nth = 0; nth < alikeVote.thoughtCount(); nth++) {
    thoughts.push({ plate: plates.get(alikeVote.thoughtAt(nth))!, confidence: alikeVote.thoughtConfidence(nth) });
  }
  return thoughts;
}

