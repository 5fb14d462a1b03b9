import { readIdHashOf } from './id-hashes.ts';
import { garageState, type TaskMemory } from './task-memory.ts';

/**
 * Which reads the garages of a task may remember: a multiset of hashes of (garage, camera, readId), see `wasm/read-hashes.as.ts`. For
 * those that it may have the passages themselves must be asked. Cameras are named by their `idHashOf`: hashed anew at each
 * read, their ids were longer than its own.
 */
export class ReadHashes {
  private readonly memory: TaskMemory;
  /** What was hashed last: a new read is looked for first, then added. */
  private lastReadId = '';
  private lastHash = readIdHashOf('');

  constructor(memory: TaskMemory) {
    this.memory = memory;
  }

  /** @param camera its hash */
  add(camera: number, readId: string): void {
    garageState.addRead(this.memory.task, camera, this.hashOf(readId));
  }

  /** Takes out what was added once; what was not added must not be taken out. @param readIdHash what `readIdHashOf` gives */
  delete(camera: number, readIdHash: number): void {
    if (garageState.removeRead(this.memory.task, camera, readIdHash) === 0) throw new Error('a read was forgotten that was not remembered');
  }

  /** False: surely not there. True: there, or another with the same hash. */
  mayHave(camera: number, readId: string): boolean {
    return garageState.mayHaveRead(this.memory.task, camera, this.hashOf(readId)) !== 0;
  }

  /** Told what `readIdHashOf` gives. */
  know(readId: string, readIdHash: number): void {
    this.lastReadId = readId;
    this.lastHash = readIdHash;
  }

  hashOf(readId: string): number {
    if (readId !== this.lastReadId) this.know(readId, readIdHashOf(readId));
    return this.lastHash;
  }
}
