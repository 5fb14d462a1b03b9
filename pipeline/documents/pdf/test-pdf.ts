import { extractText, getDocumentProxy, getMeta } from 'unpdf';

/** What a PDF reader finds in a file, page by page. */
export async function pagesOf(pdf: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false });
  return text.map((page) => page.replace(/\s+/g, ' '));
}

export async function textOf(pdf: Buffer): Promise<string> {
  return (await pagesOf(pdf)).join('\n');
}

export async function titleIn(pdf: Buffer): Promise<unknown> {
  return (await getMeta(await getDocumentProxy(new Uint8Array(pdf)))).info.Title;
}
