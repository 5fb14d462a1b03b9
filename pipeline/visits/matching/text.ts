import { evidenceModule, memoryBytes, memoryNumbers, NUMBER_BYTES, useMemory } from './evidence-module.ts';
import { LONGEST_PLATE, writeSymbols } from './symbols.ts';

/** A plate as symbols in the module's memory, and how common it is. One object is filled again and again. */
export class Text {
  plate = '';
  readonly at: number;
  readonly symbolsAt: number;

  /** @param at where it stands; one of its own if left out */
  constructor(at = evidenceModule.makeText()) {
    this.at = at;
    this.symbolsAt = evidenceModule.symbolsAt(at);
    useMemory();
  }

  /** P(a vehicle has it). */
  get share(): number {
    return memoryNumbers[this.at / NUMBER_BYTES]!;
  }

  /** Leaves its share as it is. */
  write(plate: string): void {
    this.plate = plate;
    this.layDown(plate);
  }

  /** Its symbols alone: of what is not asked for again. */
  layDown(plate: string): void {
    memoryBytes[this.symbolsAt + LONGEST_PLATE] = writeSymbols(plate, memoryBytes, this.symbolsAt);
  }

  /** Makes it that plate, with its share. */
  tell(plate: string): void {
    this.write(plate);
    evidenceModule.tellShare(this.at);
  }
}
