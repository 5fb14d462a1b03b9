import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** All addresses of a host. @throws with a code of `node:dns` when it has none, or nobody answers in time */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const TIMEOUT_MS = 3_000;
const TRIES = 2;

/**
 * Asks name servers over the network, not by the system's look-up: that one has four threads for a whole process, so a
 * few hosts whose name servers are away would hold up all others.
 * @param servers as `node:dns` takes them; left out: those that the system is set up with
 */
export function openResolve(servers?: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (host) => {
    if (/(^|\.)localhost\.?$/i.test(host)) return THIS_MACHINE;
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
    return [...addressesOf(v4, 4), ...addressesOf(v6, 6)];
  };
}

/** What the name means wherever it is asked for (RFC 6761); no name server is asked. */
const THIS_MACHINE: readonly LookupAddress[] = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }];

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}
