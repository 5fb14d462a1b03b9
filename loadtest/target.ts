/**
 * A load test must not hit somebody else's machine by mistake.
 * @throws when the URL is not of this machine and nobody said that it is meant
 */
export function requireOwnTarget(url: string, meant: boolean): void {
  if (!URL.canParse(url)) throw new Error(`'${url}' is no URL; say it like http://127.0.0.1:9080`);
  if (!isOwnMachine(url) && !meant) {
    throw new Error(`${new URL(url).hostname} is not this machine; add --yes if you mean to load it`);
  }
}

/** By its name alone: a loopback address, or localhost. */
export function isOwnMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
