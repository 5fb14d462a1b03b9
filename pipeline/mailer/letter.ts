import type { DocumentView, Language } from '../documents/document-view.ts';
import { formatsOf } from '../documents/pdf/formats.ts';
import { titleOf } from '../documents/pdf/render.ts';
import { wordsOf } from '../documents/pdf/words.ts';

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** What a mail says; all else is in its PDF. @param name whom it greets; empty: nobody is known by name */
export function letterOf(views: readonly DocumentView[], name: string, language: Language): Letter {
  const words = wordsOf[language];
  const { money, day } = formatsOf(language);
  const { document } = views[0]!;
  const seller = views[0]!.seller?.name ?? words.unknownSeller(document.operatorId);
  const title = titleOf(document, words);
  const amount = `${document.currency} ${money(document.grossMinor)}`;
  const isInvoice = views.length === 1 && document.kind === 'invoice';
  const due = isInvoice ? day(document.dueDay) : '';
  const kid = isInvoice && document.kid !== '' ? `, KID ${document.kid}` : '';
  if (language === 'nb') {
    const what = views.length > 1 ? `${views.length} dokumenter` : `${title.toLowerCase()} fra ${seller} på ${amount}`;
    return {
      subject: views.length > 1 ? `${views.length} dokumenter for parkering` : `${title} fra ${seller}`,
      text:
        `${name === '' ? 'Hei' : `Hei ${name}`}\n\nVedlagt er ${what}.${due === '' ? '' : `\nForfall ${due}${kid}.`}\n`,
    };
  }
  const what = views.length > 1 ? `${views.length} documents` : `${title.toLowerCase()} from ${seller} of ${amount}`;
  return {
    subject: views.length > 1 ? `${views.length} documents for parking` : `${title} from ${seller}`,
    text:
      `${name === '' ? 'Hello' : `Hello ${name}`}\n\nAttached: ${what}.${due === '' ? '' : `\nDue ${due}${kid}.`}\n`,
  };
}
