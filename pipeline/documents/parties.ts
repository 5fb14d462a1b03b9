import { topics } from '../../topics/topics.ts';
import { openGlobalTable, type GlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { AccountDetails, Garage, Operator, VehicleOwner } from '../records/records.ts';

/** Who sells and who buys, and where, as far as it is known now. */
export interface Parties {
  operator(operatorId: string): Operator | undefined;
  garage(garageId: string): Garage | undefined;
  /** The account's holder; gone once erased. */
  holder(accountId: string): AccountDetails | undefined;
  /** The registered owner whom invoices call so. */
  owner(ownerRef: string): VehicleOwner | undefined;
}

export interface FollowedParties extends Parties {
  close(): Promise<void>;
}

export interface FollowPartiesOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly logger: Logger;
}

/** Reads the tables of all parties to their end, then follows them. */
export async function followParties(options: FollowPartiesOptions): Promise<FollowedParties> {
  const { ids } = options;
  const sellers = await followSellers(options);
  const [details, owner] = [openCodec('AccountDetails', ids), openCodec('VehicleOwner', ids)];
  const holders = await openGlobalTable({ ...options, topic: topics.accountDetails.name, codec: details });
  const owners = await openGlobalTable({ ...options, topic: topics.owners.name, codec: owner });
  const ownerOf = byReference(owners);
  return {
    ...sellers,
    holder: (accountId) => holders.get(accountId),
    owner: ownerOf,
    async close() {
      await Promise.all([sellers.close(), holders.close(), owners.close()]);
    },
  };
}

/** The same for operators and garages alone. */
export async function followSellers(
  options: FollowPartiesOptions,
): Promise<Pick<FollowedParties, 'operator' | 'garage' | 'close'>> {
  const { ids } = options;
  const operators = await openGlobalTable({
    ...options,
    topic: topics.operators.name,
    codec: openCodec('Operator', ids),
  });
  const garages = await openGlobalTable({ ...options, topic: topics.garages.name, codec: openCodec('Garage', ids) });
  return {
    operator: (operatorId) => operators.get(operatorId),
    garage: (garageId) => garages.get(garageId),
    async close() {
      await Promise.all([operators.close(), garages.close()]);
    },
  };
}

/** The table is by vehicle; an owner's vehicles tell the same of them. */
function byReference(owners: GlobalTable<VehicleOwner>): (ownerRef: string) => VehicleOwner | undefined {
  const vehicles = new Map<string, Map<string, VehicleOwner>>();
  const references = new Map<string, string>();
  const put = (vehicle: string, owner: VehicleOwner | undefined): void => {
    const former = references.get(vehicle);
    if (former !== undefined) {
      vehicles.get(former)!.delete(vehicle);
      if (vehicles.get(former)!.size === 0) vehicles.delete(former);
      references.delete(vehicle);
    }
    if (owner === undefined) return;
    references.set(vehicle, owner.ownerRef);
    vehicles.set(owner.ownerRef, (vehicles.get(owner.ownerRef) ?? new Map<string, VehicleOwner>()).set(vehicle, owner));
  };
  for (const [vehicle, owner] of owners.entries()) put(vehicle, owner);
  owners.onChange(put);
  return (ownerRef) => [...(vehicles.get(ownerRef)?.values() ?? [])].at(-1);
}
