import { reviseParts } from './corrections.ts';
import type { Line, Money, Part } from './line.ts';

/** A line as state kept it before there was a ledger: with what charges had taken for it, by currency. */
export interface FormerLine extends Omit<Line, 'merchant' | 'ownerRef' | 'parts'> {
  readonly charged: readonly (Money & { readonly currency: string })[];
}

const amounts = [
  { name: 'currency', type: 'string' },
  { name: 'grossMinor', type: 'long' },
  { name: 'vatMinor', type: 'long' },
];

export const formerLineSchema = {
  type: 'record', name: 'KnownLine', fields: [
    { name: 'lineId', type: 'string' }, { name: 'revision', type: 'int' }, { name: 'live', type: 'boolean' },
    { name: 'accountId', type: 'string' }, { name: 'operatorId', type: 'string' }, { name: 'visitId', type: 'string' },
    { name: 'garageId', type: 'string' }, { name: 'visitDay', type: 'string' }, ...amounts,
    { name: 'charged', type: { type: 'array', items: { type: 'record', name: 'Amount', fields: amounts } } },
  ],
};

/**
 * That line as it is kept now. What its charges took counts as captured, for nobody collects it any more; the rest
 * waits for a charge.
 */
export function formerLine({ charged, ...line }: FormerLine): Line {
  const parts = charged.map(({ currency, grossMinor, vatMinor }, index): Part => ({
    entryId: index === 0 ? line.lineId : `${line.lineId}~${index}`, revision: 0, operatorId: line.operatorId,
    merchant: 'default',
    currency, grossMinor, vatMinor, owner: 'captured', ownerId: '', status: 'charged', since: line.visitDay,
    toldMinor: grossMinor, toldVatMinor: vatMinor,
  }));
  const kept: Line = { ...line, merchant: 'default', ownerRef: '', parts };
  const never = (): boolean => false;
  const { visitDay } = line;
  return {
    ...kept,
    parts: reviseParts(kept, { isUnderWay: never, isUnpaid: never, today: visitDay, lastClosedDay: visitDay }),
  };
}
