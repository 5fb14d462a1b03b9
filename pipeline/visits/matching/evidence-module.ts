import { instantiate } from '../../webassembly/instantiate.ts';
import { ROW_BYTES } from './shared-numbers.ts';

/** What `wasm/evidence.wasm.ts` exports, where the docs are. Channels, texts and prepared evidences are places in its memory. */
interface EvidenceModule {
  makeChannel(): number;
  makeText(): number;
  makePrepared(): number;
  textAt(evidence: number, number: number): number;
  symbolsAt(text: number): number;
  tellShare(text: number): void;
  shareMisread(channel: number, read: number): number;
  weigh(evidence: number, candidate: number, weight: number): void;
  prepare(channel: number, evidence: number, candidates: number, right: number, among: number, weights: number): void;
  misread(channel: number, plate: number, read: number): number;
  likelihoodOfOther(evidence: number, plate: number, number: number, asRead: number): number;
  compare(channel: number, one: number, other: number, shared: number): number;
  compareLone(channel: number, one: number, other: number, right: number, otherRight: number): number;
  compareAlike(channel: number, one: number, other: number, right: number, otherRight: number): number;
  rowAt(): number;
  readEntered(): number;
  rightsAt(): number;
  unlikeAt(): number;
  isApart(channel: number, sought: number, isRear: boolean, atMs: number, withinMs: number, among: number): 0 | 1;
  mayBeNear(sought: number): number;
  classesAt(): number;
  enteredAt(): number;
  isOfLetters(evidence: number): number;
  compareEntered(channel: number, sought: number, right: number, among: number, isEnteredFirst: boolean): number;
  foundAt(): number;
}

export const evidenceModule = instantiate<EvidenceModule>(new URL('wasm/evidence.wasm', import.meta.url));

/** Its memory. */
export let memoryBytes = new Uint8Array(0);
export let memoryNumbers = new Float64Array(0);
/** Where a stay's row is laid down for `readEntered`. */
export let rowRoom = new DataView(new ArrayBuffer(0));
export const NUMBER_BYTES = Float64Array.BYTES_PER_ELEMENT;

/** After something was made. */
export function useMemory(): void {
  if (memoryBytes.length > 0) return;
  memoryBytes = new Uint8Array(evidenceModule.memory.buffer);
  memoryNumbers = new Float64Array(evidenceModule.memory.buffer);
  rowRoom = new DataView(evidenceModule.memory.buffer, evidenceModule.rowAt(), ROW_BYTES);
}
