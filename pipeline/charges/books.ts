import type { Charge, LedgerEntry, Sale } from '../records/records.ts';
import type { CollectedCharge, Item } from './charge.ts';
import type { Line, Part } from './line.ts';
import type { Told } from './sales.ts';
import type { ChargesState } from './state.ts';

export interface BooksSink {
  charge(charge: Charge): void;
  ledger(entry: LedgerEntry): void;
  sale(sale: Sale): void;
}

/** The lines and charges of a task while something is decided; at its end what has changed is told, each once. */
export interface Books {
  /** The parts that a charge owns, as they are now. */
  itemsOf(charge: CollectedCharge): Item[];
  /** The item as it is now. */
  current(item: Item): Item;
  putLine(line: Line): void;
  putCharge(charge: CollectedCharge): void;
  /** Changes parts, and answers them as they are then. */
  change(items: readonly Item[], changes: Partial<Part>): Item[];
  /** Makes the documents, and keeps with each part what they have told of it. */
  tell(documents: readonly Told[]): void;
  /** @param at UTC ms */
  close(at: number): void;
}

export function openBooks({ lines, charges }: ChargesState, sink: BooksSink): Books {
  const linesBefore = new Map<string, Line | undefined>();
  const chargesBefore = new Map<string, CollectedCharge | undefined>();

  const putLine = (line: Line): void => {
    if (!linesBefore.has(line.lineId)) linesBefore.set(line.lineId, lines.get(line.lineId));
    lines.put(line.lineId, line);
  };
  const itemOf = (lineId: string, entryId: string): Item | null => {
    const line = lines.get(lineId);
    const part = line?.parts.find((one) => one.entryId === entryId);
    return line === undefined || part === undefined ? null : { line, part };
  };
  const changeOne = (item: Item, changes: Partial<Part>): Item => {
    const { line, part } = itemOf(item.line.lineId, item.part.entryId)!;
    const changed = { ...part, ...changes };
    const after = { ...line, parts: line.parts.map((one) => (one === part ? changed : one)) };
    putLine(after);
    return { line: after, part: changed };
  };

  return {
    putLine,
    itemsOf: ({ chargeId, lines: charged }) =>
      charged.flatMap(({ lineId, entryId }) => itemOf(lineId, entryId) ?? []).filter(({ part }) =>
        part.ownerId === chargeId),
    current: (item) => itemOf(item.line.lineId, item.part.entryId)!,
    putCharge(charge) {
      if (!chargesBefore.has(charge.chargeId)) chargesBefore.set(charge.chargeId, charges.get(charge.chargeId));
      charges.put(charge.chargeId, charge);
    },
    change: (items, changes) => items.map((item) => changeOne(item, changes)),
    tell(documents) {
      for (const { sale, items } of documents) {
        sink.sale(sale);
        sale.lines.forEach(({ grossMinor, vatMinor }, index) => {
          const { line, part } = items[index]!;
          const { toldMinor, toldVatMinor } = itemOf(line.lineId, part.entryId)!.part;
          changeOne(items[index]!, { toldMinor: toldMinor + grossMinor, toldVatMinor: toldVatMinor + vatMinor });
        });
      }
    },
    close(at) {
      for (const [lineId, before] of linesBefore) tellEntries(lineId, before, at);
      for (const [chargeId, before] of chargesBefore) tellCharge(chargeId, before);
      linesBefore.clear();
      chargesBefore.clear();
    },
  };

  function tellEntries(lineId: string, before: Line | undefined, at: number): void {
    const line = lines.get(lineId)!;
    const known = new Map(before?.parts.map((part) => [part.entryId, part]));
    const parts = line.parts.map((part): Part => {
      const former = known.get(part.entryId);
      if (former !== undefined && part.revision > 0 && isSameEntry(former, part)) return part;
      const told = { ...part, revision: part.revision + 1 };
      sink.ledger(entryOf(line, told, at));
      return told;
    });
    if (parts.some((part, index) => part !== line.parts[index])) lines.put(lineId, { ...line, parts });
  }

  function tellCharge(chargeId: string, before: CollectedCharge | undefined): void {
    const charge = charges.get(chargeId)!;
    if (before !== undefined && before.history === charge.history && before.lines === charge.lines) return;
    const told = { ...charge, revision: charge.revision + 1 };
    charges.put(chargeId, told);
    sink.charge(told);
  }
}

function isSameEntry(one: Part, other: Part): boolean {
  return one.owner === other.owner && one.ownerId === other.ownerId && one.status === other.status &&
    one.grossMinor === other.grossMinor && one.vatMinor === other.vatMinor;
}

function entryOf(line: Line, part: Part, at: number): LedgerEntry {
  const { lineId, accountId, visitId, garageId, visitDay } = line;
  const { entryId, revision, operatorId, currency, grossMinor, vatMinor, owner, ownerId, status } = part;
  return {
    entryId, revision, lineId, accountId, operatorId, visitId, garageId, visitDay, currency, grossMinor, vatMinor,
    owner, ownerId,
    status, at,
  };
}
