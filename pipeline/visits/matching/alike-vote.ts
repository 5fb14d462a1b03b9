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
  let longest = 0;
  let count = 0;
  for (const { candidates } of reads) {
    count += candidates.length;
    for (let i = 0; i < candidates.length; i++) longest = Math.max(longest, candidates[i]!.plate.length);
  }
  if (count === 0) return noCandidates;
  const apart = 2 * longest + 2;
  const first = roomFor(count * apart);
  const bytes = room;
  alikeVote.forgetThoughts();
  const others: string[] = [];
  for (const { candidates } of reads) {
    for (let i = 0; i < candidates.length; i++) {
      const other = candidates[i]!;
      if (other.plate === plate) continue;
      const at = first + apart * others.length;
      writeLetters(other.plate, bytes, at);
      alikeVote.think(at, 2 * other.plate.length, other.confidence);
      others.push(other.plate);
    }
  }
  const thoughts: Candidate[] = [];
  for (let nth = 0; nth < alikeVote.thoughtCount(); nth++) {
    thoughts.push({ plate: others[(alikeVote.thoughtAt(nth) - first) / apart]!, confidence: alikeVote.thoughtConfidence(nth) });
  }
  return thoughts;
}

/** The high byte first: so the order of texts is that of their bytes. */
function writeLetters(text: string, into: DataView, at: number): void {
  for (let i = 0; i < text.length; i++) into.setUint16(at + 2 * i, text.charCodeAt(i));
}

