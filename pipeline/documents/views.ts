import { sellerAt } from '../operators/seller-history.ts';
import type { SalesDocument } from '../records/records.ts';
import type { Buyer, DocumentView, Language, ViewedGarage } from './document-view.ts';
import type { DocumentsQuery } from './documents-query.ts';
import type { Parties } from './parties.ts';

/**
 * Puts beside each document what is known of who sold and bought, and of what.
 * @throws when the warehouse can't be asked
 */
export async function viewsOf(
  documents: readonly SalesDocument[], parties: Parties, query: Pick<DocumentsQuery, 'staysOf'>,
): Promise<DocumentView[]> {
  const stays = new Map<string, DocumentView['stays']>();
  for (const [accountId, own] of Map.groupBy(documents, (document) => document.accountId)) {
    stays.set(accountId, await query.staysOf(accountId, own.flatMap(({ lines }) => lines)));
  }
  const garages = new Map<string, ViewedGarage>();
  for (const garageId of new Set(documents.flatMap(({ lines }) => lines.map((line) => line.garageId)))) {
    const garage = parties.garage(garageId);
    if (garage !== undefined) garages.set(garageId, garage);
  }
  return documents.map((document) => ({
    document, garages, stays: stays.get(document.accountId)!, seller: sellerAt(parties.operator(document.operatorId), document.at),
    buyer: buyerOf(document, parties),
  }));
}

/** A driver's own documents do not tell who the vehicle's registered owner is. */
export function asHolderSees(parties: Parties): Parties {
  return { ...parties, owner: () => undefined };
}

/** Who gets it: the registered owner of an invoice, else the account's holder. */
function buyerOf({ ownerRef, accountId }: SalesDocument, parties: Parties): Buyer | null {
  if (ownerRef !== '') {
    const owner = parties.owner(ownerRef);
    if (owner === undefined || owner.name === '') return null;
    return { name: owner.name, address: owner.address.split('\n').filter(Boolean) };
  }
  const holder = parties.holder(accountId);
  return holder === undefined ? null : { name: holder.name, address: [] };
}

/** The language that is asked for, else that of the first document's seller. */
export function languageOf(asked: string, views: readonly DocumentView[]): Language {
  return (asked || views[0]?.seller?.language) === 'en' ? 'en' : 'nb';
}
