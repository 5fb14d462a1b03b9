import type { LookupFunction } from 'node:net';
import { mayBeCalled, type Loopback } from './addresses.ts';
import type { Resolve } from './resolve.ts';

/** The host has an address that no endpoint may be at. */
export class AddressRefusedError extends Error {
  override name = 'AddressRefusedError';
  constructor() {
    super('the host has an address that is not a public one');
  }
}

/**
 * Looks a host up for a connection, which is then made to the very addresses that were checked: so what the name points
 * to a moment later changes nothing. One address that may not be called refuses the host.
 */
export function checkedLookup(resolve: Resolve, loopback: Loopback): LookupFunction {
  return (host, { all }, done) => {
    resolve(host).then((addresses) => {
      const [first] = addresses;
      if (first === undefined) throw Object.assign(new Error('the host has no address'), { code: 'ENOTFOUND' });
      if (!addresses.every(({ address }) => mayBeCalled(address, loopback))) throw new AddressRefusedError();
      if (all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    }).catch((error: NodeJS.ErrnoException) => done(error, ''));
  };
}
