import type { Table } from '../../engine/state.ts';
import type { VisitStatus } from '../../records/records.ts';
import { copyBytes } from '../../records/slab.ts';
import type { JudgedRead } from '../learned/confidence-worth.ts';
import {
  AT, CAMERA, ENTERED_AT, ENTRY_READS, IS_OF_OWN_PLATE, MATCH_CONFIDENCE, MOST_BYTES, PARTS, READ_BYTES, READS_AT_BYTES, SAID, STATUS,
} from './closed-row-numbers.ts';
import type { GarageMemory } from './garage-memory.ts';
import { NOT_THERE } from './place-numbers.ts';
import { statuses } from './stay-codec.ts';
import { HAS_CANDIDATES, IS_REAR, OTHER_PLATE } from './stay-format.ts';
import type { Stay } from './stay.ts';
import { garageState, stateDoubles, stateView, stateWords } from './task-memory.ts';

/**
 * A plain stay at rest that ended, as far as must be known when it leaves the state: numbers out of its bytes, with no text and no Stay
 * made of it. What is odd in any way is for the codec, whose format this is.
 */
export class ClosedRow {
  /** Of its entry, and of its exit behind them. */
  reads = 0;

  /**
   * Reads a stay that has entry and exit, none of them decided on or ruled, and that is neither void nor turned; it may have irregularities.
   * @returns false: for the codec
   */
  read(stays: Pick<Table<Stay>, 'rowAt' | 'rows'>, slot: number): boolean {
    const row = stays.rowAt(slot);
    if (row < 0) return false;
    const { rows } = stays;
    const bytes = rows.lengthOf(row);
    if (bytes > MOST_BYTES) return false;
    const start = rows.startOf(row);
    copyBytes(rows.viewOf(row), start, start + bytes, stateView(), rowAt);
    this.reads = garageState.takeClosedRowApart();
    return this.reads > 0;
  }

  /**
   * Forgets the stay's reads, their places in the traces of its lanes and in the counts of its cameras, and its plate's.
   * @returns the number of its plate if that is odd and has no stay any more; else NO_PLATE
   */
  forget({ memory, ids }: GarageMemory, slot: number): number {
    const plate = garageState.forgetStay(memory.task, ids, slot, this.reads);
    if (plate === NOT_THERE) throw new Error('a read was forgotten that was not remembered');
    return plate;
  }

  /** The last read of its entry, ms UTC. */
  get enteredAt(): number {
    return stateDoubles()[FOUND_DOUBLE + ENTERED_AT]!;
  }

  /** Of the visit as it was told last, as is what follows. */
  get status(): VisitStatus {
    return statuses[stateWords()[FOUND_WORD + STATUS]!]!;
  }

  get matchConfidence(): number {
    return stateDoubles()[FOUND_DOUBLE + MATCH_CONFIDENCE]!;
  }

  /** It says the stay's plate. */
  get isOfOwnPlate(): boolean {
    return stateWords()[FOUND_WORD + IS_OF_OWN_PLATE] === 1;
  }

  /** When the read was made that has this number among them, ms UTC. */
  at(read: number): number {
    return doubleOf(read, AT);
  }

  /** The number of its camera, once the stay is forgotten. */
  camera(read: number): number {
    return wordOf(read, CAMERA);
  }

  /** What its reads say of confidences, the entry's and then the exit's: they are right if they are of the stay's plate. */
  judgedReads(): [JudgedRead[], JudgedRead[]] {
    const passages: [JudgedRead[], JudgedRead[]] = [[], []];
    const entryReads = stateWords()[FOUND_WORD + ENTRY_READS]!;
    for (let read = 0; read < this.reads; read++) {
      const parts = wordOf(read, PARTS);
      passages[read < entryReads ? 0 : 1].push({
        said: doubleOf(read, SAID), isRear: (parts & IS_REAR) !== 0, isRight: (parts & OTHER_PLATE) === 0,
        hasCandidates: (parts & HAS_CANDIDATES) !== 0,
      });
    }
    return passages;
  }
}

/** One for all: holds until the next is read. */
export const closedRow = new ClosedRow();

function doubleOf(read: number, which: number): number {
  return stateDoubles()[FOUND_DOUBLE + (READS_AT_BYTES + READ_BYTES * read) / 8 + which]!;
}

function wordOf(read: number, which: number): number {
  return stateWords()[FOUND_WORD + (READS_AT_BYTES + READ_BYTES * read) / 4 + which]!;
}

const rowAt = garageState.closedRowAt();
const FOUND_DOUBLE = garageState.closedRowFoundAt() / 8;
const FOUND_WORD = garageState.closedRowFoundAt() / 4;
