import type { SalesDocument, SellerDetails } from '../records/records.ts';

export type Language = 'nb' | 'en';

/** A sales document with all that is known now of who sold and bought, and of what: what its PDF is made of. */
export interface DocumentView {
  readonly document: SalesDocument;
  /** Null: the operator's details were never applied. */
  readonly seller: SellerDetails | null;
  /** Null: the holder was erased, or the vehicle's owner is not known. */
  readonly buyer: Buyer | null;
  readonly garages: ReadonlyMap<string, ViewedGarage>;
  /** By visit id; one that is missing is not in the warehouse any more. */
  readonly stays: ReadonlyMap<string, Stay>;
}

export interface Buyer {
  readonly name: string;
  readonly address: readonly string[];
}

export interface ViewedGarage {
  readonly name: string;
  /** IANA zone. */
  readonly timezone: string;
}

/** UTC ms; what was erased is empty or null. */
export interface Stay {
  readonly plate: string;
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
}
