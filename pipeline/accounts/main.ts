import { openDocumentsQuery } from '../documents/documents-query.ts';
import { requestMail } from '../documents/mail-request.ts';
import { followSellers } from '../documents/parties.ts';
import { openPaymentsQuery } from '../documents/payments-query.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openConfiguredGateway } from '../payments/configured-gateway.ts';
import { openAccessQuery } from '../privacy/access-query.ts';
import { openRegistry } from '../records/registry.ts';
import { listen } from '../service/admin-server.ts';
import { localPort } from '../service/config.ts';
import { runService } from '../service/process.ts';
import { openClickHouse } from '../warehouse/clickhouse.ts';
import { openAccessTokens } from './access-tokens.ts';
import { LateError, openAccountWriter } from './account-writer.ts';
import type { DriverDocuments } from './document-routes.ts';
import { argon2Passwords } from './passwords.ts';
import { newAccountsServer } from './server.ts';

/** What a zero-sum Verify is said to be in. */
const CURRENCY = 'NOK';

/** The process that serves the accounts API and writes the accounts; a second one stands by and takes over. */
export function main(): Promise<never> {
  return runService('accounts', localPort('accountsAdmin'), async (service) => {
    const { config, logger } = service;
    service.setReady(false);
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-accounts', logger });
    const zone = config.serviceZone;
    const writer = await openAccountWriter({ log, ids, zone, logger, told: service.setReady });
    const sellers = await followSellers({ log, ids, logger });
    const client = openClickHouse(config.clickhouseUrl);
    const documents: DriverDocuments = {
      query: { ...openDocumentsQuery(client), ...openPaymentsQuery(client), ...openAccessQuery(client) },
      parties: { ...sellers, holder: (accountId) => writer.directory.details(accountId), owner: () => undefined },
      requestMail: (request) => requestMail(log, ids, request).catch((error: Error) => {
        logger.warn({ err: error }, 'a mail could not be asked for');
        throw new LateError();
      }),
    };
    const app = await newAccountsServer({
      writer, tokens: await openAccessTokens(), passwords: argon2Passwords,
      gateway: openConfiguredGateway(config), documents, zone,
      publicUrl: config.accountsUrl, trustedProxies: config.trustedProxies,
      currency: CURRENCY, readiness: service, logger,
    });
    await listen(app, { host: config.host, port: localPort('accounts') });
    return {
      async stop() {
        // Requests that wait for the writer are answered before it ends.
        await Promise.all([app.close(), writer.stop()]);
        await Promise.all([sellers.close(), client.close()]);
        await log.close();
      },
      failed: writer.failed,
    };
  });
}
