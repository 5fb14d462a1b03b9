import { isIP } from 'node:net';
import { mayBeCalled, type Loopback } from './addresses.ts';

/** What is wrong with an endpoint's address, if anything is; never quotes it, for it may hold a secret. */
export function urlFault(text: string, loopback: Loopback): string | null {
  if (text.length > LENGTH_MAX || !URL.canParse(text)) return `an address is a URL of at most ${LENGTH_MAX} characters`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'an address holds no user name and no password';
  if (url.hash !== '') return 'an address ends before any #';
  const isPlain = url.protocol === 'http:' && loopback === 'allowed';
  if (url.protocol !== 'https:' && !isPlain) return 'an address begins with https://';
  const host = hostOf(url);
  const isRefused = isIP(host) !== 0 && !mayBeCalled(host, loopback);
  return isRefused ? 'an address is a public one, not of a private network or this machine' : null;
}

/** The host without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

const LENGTH_MAX = 2_000;
