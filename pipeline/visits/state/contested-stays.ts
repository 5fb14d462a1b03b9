/** Which exits without an entry may have been whose exit, by visitIds. */
export class ContestedStays {
  private readonly exits = new Map<string, string[]>();

  /** Stays that there are any for. */
  get size(): number {
    return this.exits.size;
  }

  /** visitIds of exits without an entry that may have been the stay's exit. */
  by(visitId: string): readonly string[] {
    return this.exits.get(visitId) ?? noVisitIds;
  }

  add(visitId: string, exitId: string): void {
    const known = this.exits.get(visitId);
    // Sorted: what is decided must not depend on the order in which a restart met them.
    this.exits.set(visitId, known === undefined ? [exitId] : [...known, exitId].sort());
  }

  remove(visitId: string, exitId: string): void {
    const left = this.exits.get(visitId)!.filter((known) => known !== exitId);
    if (left.length === 0) this.exits.delete(visitId);
    else this.exits.set(visitId, left);
  }
}

const noVisitIds: readonly string[] = [];
