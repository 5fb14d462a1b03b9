/** What a card of the local gateway does; a token tells by its beginning, `stolen-4f1c` is of a stolen one. */
export interface TestCard {
  readonly kind: string;
  readonly title: string;
  /** How its issuer declines; null: it pays. */
  readonly decline: { readonly type: string; readonly responseCode: string } | null;
  /** How the gateway answers about it. */
  readonly answer: 'once' | 'slowly' | 'twice' | 'lost' | 'dead';
}

const declined = (type: string, responseCode: string) => ({ decline: { type, responseCode }, answer: 'once' as const });
const pays = { decline: null, answer: 'once' } as const;

export const testCards: readonly TestCard[] = [
  { ...pays, kind: 'good', title: 'pays' },
  {
    kind: 'empty',
    title: 'has no money: declined, may be tried again',
    ...declined('acquirerinsufficientfunds', '51'),
  },
  { kind: 'stolen', title: 'was stolen: declined for good', ...declined('acquirercardstolen', '43') },
  { kind: 'expired', title: 'has expired: declined for good', ...declined('acquirercardexpired', '54') },
  { ...pays, kind: 'slow', title: 'pays, and the answer takes seconds', answer: 'slowly' },
  { ...pays, kind: 'twice', title: 'pays, and the answer comes twice', answer: 'twice' },
  { ...pays, kind: 'forgetful', title: 'pays, and the answer is lost', answer: 'lost' },
  { ...pays, kind: 'dead', title: 'is never answered for: nothing is taken', answer: 'dead' },
];

/** The kind of card that a token was given for; empty: the gateway gave no such token. */
export function kindOfToken(token: string): string {
  return testCards.find(({ kind }) => token.startsWith(`${kind}-`))?.kind ?? '';
}

export function cardOfKind(kind: string): TestCard | undefined {
  return testCards.find((card) => card.kind === kind);
}
