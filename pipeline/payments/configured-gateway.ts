import type { Config } from '../service/config.ts';
import type { Gateway } from './gateway.ts';
import { openSwedbankGateway } from './swedbank-gateway.ts';

/** An issuer may take its time; what is later than this is looked up. */
const TIMEOUT_MS = 20_000;

/** The gateway of the configuration: Swedbank Pay's, or the local one that speaks its protocol. */
export function openConfiguredGateway({ gatewayUrl, gatewayToken, gatewayPayee }: Config): Gateway {
  return openSwedbankGateway({
    url: gatewayUrl, accessToken: gatewayToken, payeeId: gatewayPayee, payeeName: 'Bomfri', timeoutMs: TIMEOUT_MS,
  });
}
