import type { DocumentView, Language } from '../documents/document-view.ts';
import type { DocumentsQuery } from '../documents/documents-query.ts';
import type { Parties } from '../documents/parties.ts';
import { formatsOf } from '../documents/pdf/formats.ts';
import { renderPdf, titleOf } from '../documents/pdf/render.ts';
import { wordsOf } from '../documents/pdf/words.ts';
import { asHolderSees, languageOf, viewsOf } from '../documents/views.ts';
import type { SalesDocument } from '../records/records.ts';
import type { Mail } from './state.ts';
import { letterOf } from './letter.ts';

/** A mail as it goes to the server. */
export interface Message {
  readonly messageId: string;
  readonly to: string;
  /** The seller's; empty: none. */
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly attachment: { readonly filename: string; readonly content: Buffer };
}

/** Why there is nothing to send. */
export interface NoMessage {
  readonly none: 'no_address' | 'no_documents';
}

export interface ComposeParts {
  readonly query: Pick<DocumentsQuery, 'find' | 'staysOf'>;
  readonly parties: Parties;
  /** IANA zone for the times of garages that are not known any more. */
  readonly zone: string;
}

/** The warehouse does not have the document yet. */
export class NotThereYetError extends Error {
  override name = 'NotThereYetError';
}

/** RFC 5322: the same for the same mail, so that a server that gets it twice can tell. */
export function messageIdOf(mailId: string): string {
  return `<${mailId.replace(/[^\w.-]/g, '-')}@documents.bomfri>`;
}

/**
 * Makes a mail of the documents and of who they are for as both are known now.
 * @throws {NotThereYetError} @throws when the warehouse can't be asked
 */
export async function compose(mail: Mail, { query, parties, zone }: ComposeParts): Promise<Message | NoMessage> {
  const { mailId, accountId, documentIds, to } = mail;
  const documents = await query.find({ documentIds, accountId });
  if (documents.length === 0) {
    if (to === 'addressee') throw new NotThereYetError('the warehouse does not have the document yet');
    return { none: 'no_documents' };
  }
  const known = to === 'holder' ? asHolderSees(parties) : parties;
  const views = await viewsOf(documents, known, query);
  const { name, address } = recipientOf(documents[0]!, known);
  if (address === '') return { none: 'no_address' };
  const language = languageOf(mail.language, views);
  return {
    messageId: messageIdOf(mailId),
    to: address,
    replyTo: replyToOf(views),
    ...letterOf(views, name, language),
    attachment: { filename: `${filenameOf(views, language)}.pdf`, content: await renderPdf(views, language, zone) },
  };
}

interface Recipient {
  readonly name: string;
  readonly address: string;
}

/** The registered owner, if that is whom the document is for and they are known; else the account's holder. */
function recipientOf({ ownerRef, accountId }: SalesDocument, parties: Parties): Recipient {
  const owner = ownerRef === '' ? undefined : parties.owner(ownerRef);
  if (owner !== undefined) return { name: owner.name, address: owner.email };
  const holder = parties.holder(accountId);
  return { name: holder?.name ?? '', address: holder?.email ?? '' };
}

/** Who has questions about documents of one seller writes to it. */
function replyToOf(views: readonly DocumentView[]): string {
  const emails = new Set(views.map(({ seller }) => seller?.email ?? ''));
  return emails.size === 1 ? [...emails][0]! : '';
}

function filenameOf(views: readonly DocumentView[], language: Language): string {
  const words = wordsOf[language];
  const { document } = views.at(-1)!;
  const day = formatsOf(language).day(document.issuedDay);
  const title = views.length === 1 ? titleOf(document, words) : `${words.kinds.receipt} ${day}`;
  return title.toLowerCase().replace(/[^\p{L}\d]+/gu, '-');
}
