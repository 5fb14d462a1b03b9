import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What may be called besides public addresses. */
export type Loopback = 'refused' | 'allowed';

/**
 * Whether an endpoint may be at this address: a public one, of IPv4 or IPv6. Private, link-local (and so every cloud's
 * metadata service), loopback, shared (carrier-grade NAT), multicast, documentation and reserved ones are none, nor are
 * IPv6 addresses that carry an IPv4 one to a translator or tunnel.
 * @param loopback for development and tests: this machine is allowed too
 */
export function mayBeCalled(address: string, loopback: Loopback): boolean {
  if (isIP(address) === 0) return false;
  // An IPv4 address mapped into IPv6 is what it maps.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return loopback === 'allowed';
  if (range !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}

/** The only part of IPv6 that is handed out for public addresses. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
