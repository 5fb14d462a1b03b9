import { haveSamePlates, type PlateEvidence } from '../matching/evidence.ts';
import { addMissing } from '../lists/same-list.ts';
import { sortShort } from '../lists/short-sort.ts';
import { FoundPlates, PlateIndex } from '../matching/plate-index.ts';
import { NO_SLOT } from './plate-stays.ts';

/** Stays, by their slots, by what their plate may be, to be asked for those near another plate. */
export class CandidateIndex {
  private readonly comesFirst: (slot: number, other: number) => boolean;
  private readonly index = new PlateIndex();
  /** What was sought last, and found, while nobody has come since: it is asked several times of an exit, and as its passage grows. */
  private sought: PlateEvidence | null = null;
  private but = NO_SLOT;
  private readonly found = new FoundPlates();
  /** The same with the asker's own, each once and in order; null: nobody asked for that. */
  private inOrder: readonly number[] | null = null;

  /** @param comesFirst of two of the stays, in an order that a restart does not change */
  constructor(comesFirst: (slot: number, other: number) => boolean) {
    this.comesFirst = comesFirst;
  }

  /** @returns where it stands, for `removeAt` */
  add(slot: number, evidence: PlateEvidence): number {
    this.sought = null;
    return this.index.add(slot, evidence);
  }

  /** @param place what `add` answered: nobody need say as what it was added */
  removeAt(slot: number, place: number): void {
    this.forget(slot);
    this.index.removeAt(slot, place);
  }

  /** @param evidence equal to what was added */
  remove(slot: number, evidence: PlateEvidence): void {
    this.forget(slot);
    this.index.remove(slot, evidence);
  }

  private forget(slot: number): void {
    this.leaveOut(slot);
    if (this.inOrder !== null && this.inOrder.includes(slot)) this.inOrder = this.inOrder.filter((other) => other !== slot);
  }

  get size(): number {
    return this.index.size;
  }

  /** Each once, in their order. */
  near(evidence: PlateEvidence): readonly number[] {
    if (this.inOrder !== null && this.isSought(evidence)) return this.inOrder;
    const { ids, count } = this.search(evidence, NO_SLOT);
    const inOrder: number[] = [];
    addMissing(ids.slice(0, count), inOrder);
    return (this.inOrder = sortShort(inOrder, (one, other) => (this.comesFirst(one, other) ? -1 : 1)));
  }

  /**
   * The same in no order, some twice, and which of them may be twins: until it is asked of another, or somebody comes or goes.
   * @param but the asker's own stay, which is left out; NO_SLOT: none is
   */
  search(evidence: PlateEvidence, but: number): Readonly<FoundPlates> {
    const isSought = this.isSought(evidence);
    if (isSought && this.but === but) return this.found;
    if (isSought && this.but === NO_SLOT) this.leaveOut(but);
    else this.index.search(evidence, but, this.found);
    if (!isSought) this.inOrder = null;
    this.sought = evidence;
    this.but = but;
    return this.found;
  }

  private isSought(evidence: PlateEvidence): boolean {
    return this.sought !== null && haveSamePlates(evidence, this.sought);
  }

  private leaveOut(slot: number): void {
    const { found } = this;
    found.count = without(slot, found.ids, found.count);
    found.twins = without(slot, found.twinIds, found.twins);
  }
}

/** @returns how many are left at the beginning of the list */
function without(slot: number, list: number[], count: number): number {
  let left = 0;
  for (let i = 0; i < count; i++) if (list[i] !== slot) list[left++] = list[i]!;
  return left;
}
