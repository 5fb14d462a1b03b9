import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Page {
  readonly html: string;
  /** Lets the page's own script and style run and nothing else. */
  readonly contentSecurityPolicy: string;
}

/** The status page: one file, which asks for nothing but the event stream. */
export function openPage(): Page {
  const html = readFileSync(new URL('page.html', import.meta.url), 'utf8');
  return {
    html,
    contentSecurityPolicy: [
      "default-src 'none'", `script-src '${hashOf(html, 'script')}'`, `style-src '${hashOf(html, 'style')}'`,
      "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].join('; '),
  };
}

function hashOf(html: string, element: 'script' | 'style'): string {
  const [, text] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)!;
  return `sha256-${createHash('sha256').update(text!).digest('base64')}`;
}
