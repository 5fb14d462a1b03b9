import { haveSamePlates, type PlateEvidence } from '../matching/evidence.ts';
import { addMissing } from '../lists/same-list.ts';
import { sortShort } from '../lists/short-sort.ts';
import { PlateIndex } from './plate-index.ts';
import { NO_SLOT } from './plate-stays.ts';
import type { TaskMemory } from './task-memory.ts';

/** Stays, by their slots, by what their plate may be, to be asked for those near another plate. */
export class CandidateIndex {
  private readonly comesFirst: (slot: number, other: number) => boolean;
  private readonly index: PlateIndex;
  /** What was sought last, and is found there, while nobody has come since: it is asked several times of an exit, and as its passage grows. */
  private sought: PlateEvidence | null = null;
  private but = NO_SLOT;
  /** The same with the asker's own, each once; null: nobody asked for that. */
  private all: readonly number[] | null = null;

  /** @param comesFirst of two of the stays, in an order that a restart does not change */
  constructor(memory: TaskMemory, comesFirst: (slot: number, other: number) => boolean) {
    this.index = new PlateIndex(memory);
    this.comesFirst = comesFirst;
  }

  /** Where it stands, for what `garageState` has. */
  get place(): number {
    return this.index.place;
  }

  /** @returns where it stands, for `removeAt` */
  add(slot: number, evidence: PlateEvidence): number {
    this.sought = null;
    return this.index.add(slot, evidence);
  }

  /** As `PlateIndex` has it. */
  addRest(slot: number, evidence: PlateEvidence, place: number): number {
    this.sought = null;
    return this.index.addRest(slot, evidence, place);
  }

  /** @param place what `add` answered: nobody need say as what it was added */
  removeAt(slot: number, place: number): void {
    this.forget(slot);
    this.index.removeAt(slot, place);
  }

  /** As `PlateIndex` has it. */
  wasRemoved(slot: number): void {
    this.forget(slot);
    this.index.wasRemoved();
  }

  /** @param evidence equal to what was added */
  remove(slot: number, evidence: PlateEvidence): void {
    this.forget(slot);
    this.index.remove(slot, evidence);
  }

  /** What was found stands without it already. */
  private forget(slot: number): void {
    if (this.all !== null && this.all.includes(slot)) this.all = this.all.filter((other) => other !== slot);
  }

  get size(): number {
    return this.index.size;
  }

  /** Each once, in their order. */
  near(evidence: PlateEvidence): number[] {
    return sortShort([...this.nearInAnyOrder(evidence)], (one, other) => (this.comesFirst(one, other) ? -1 : 1));
  }

  /** Each once. */
  nearInAnyOrder(evidence: PlateEvidence): readonly number[] {
    if (this.all !== null && this.isSought(evidence)) return this.all;
    this.search(evidence, NO_SLOT);
    const all: number[] = [];
    addMissing(this.index.ids(), all);
    return (this.all = all);
  }

  /**
   * Those inside of another plate than one, that were seen last after one time and not after another (ms UTC): in no order, in a list that is
   * written over. @param but as in `search`
   */
  insideOf(evidence: PlateEvidence, but: number, ownPlate: number, after: number, upTo: number): readonly number[] {
    this.search(evidence, but);
    return this.index.found === 0 ? noSlots : this.index.inside(ownPlate, after, upTo);
  }

  /** Whether one of them may be a twin. */
  haveTwin(evidence: PlateEvidence, but: number): boolean {
    this.search(evidence, but);
    return this.index.twins > 0;
  }

  /** Those that may be twins, in no order, some twice. */
  twins(evidence: PlateEvidence, but: number): readonly number[] {
    this.search(evidence, but);
    return this.index.twinIds();
  }

  /** @param but the asker's own stay, which is left out; NO_SLOT: none is */
  private search(evidence: PlateEvidence, but: number): void {
    const isSought = this.isSought(evidence);
    if (isSought && this.but === but) return;
    if (isSought && this.but === NO_SLOT) this.index.leaveOut(but);
    else this.index.search(evidence, but);
    if (!isSought) this.all = null;
    this.sought = evidence;
    this.but = but;
  }

  private isSought(evidence: PlateEvidence): boolean {
    return this.sought !== null && haveSamePlates(evidence, this.sought);
  }
}

const noSlots: readonly number[] = [];
