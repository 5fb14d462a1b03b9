import { isIP } from 'node:net';

/**
 * Configuration comes from environment variables, read once and validated. `settings` below is the whole
 * list; the README's table is made from it.
 */

export interface Setting {
  readonly name: string;
  /** A part's name in braces stands for its port on this machine. */
  readonly fallback: string;
  readonly meaning: string;
}

/** Ports of the local stack and of the services: the base plus these. One base moves them all. */
export const portOffsets = {
  ingest: 80,
  registry: 81,
  page: 88,
  accounts: 89,
  gateway: 91,
  kafka: 92,
  kafkaController: 93,
  clickhouse: 123,
  redis: 379,
  /** Metrics and health of the stages, one each. */
  visitsAdmin: 101,
  pricingAdmin: 102,
  chargesAdmin: 103,
  closerAdmin: 104,
  warehouseAdmin: 105,
  paymentsAdmin: 106,
  documentsAdmin: 107,
  mailerAdmin: 109,
  webhooksAdmin: 108,
  quarantineAdmin: 110,
  sightingsAdmin: 112,
  privacyAdmin: 113,
  ingestAdmin: 114,
  liveAdmin: 115,
  accountsAdmin: 116,
} as const;

export type LocalPart = keyof typeof portOffsets;

/** What the status page of the local stack shows: its processes, each of which tells of itself on the port `<name>Admin`. */
const shownProcesses = [
  'ingest', 'visits', 'sightings', 'pricing', 'charges', 'closer', 'warehouse', 'quarantine', 'live', 'accounts', 'payments',
  'documents', 'mailer', 'webhooks', 'privacy',
] as const;

export const DEFAULT_PORT_BASE = 9000;

/** The port that a part of this machine's stack listens on. */
export function localPort(part: LocalPart, base = Number(process.env.BOMFRI_PORT_BASE || DEFAULT_PORT_BASE)): number {
  return base + portOffsets[part];
}

export const settings = [
  {
    name: 'BOMFRI_PORT_BASE',
    fallback: String(DEFAULT_PORT_BASE),
    meaning: 'first port of the local stack and the services; the defaults below follow it',
  },
  { name: 'BOMFRI_DATA_DIR', fallback: '.bomfri', meaning: 'where the local stack keeps its data and logs' },
  {
    name: 'BOMFRI_HOST',
    fallback: '127.0.0.1',
    meaning: 'address that ingest, page, metrics and health listen on; 0.0.0.0 in a container',
  },
  { name: 'BOMFRI_KAFKA_BROKERS', fallback: '127.0.0.1:{kafka}', meaning: 'bootstrap brokers, comma-separated' },
  {
    name: 'BOMFRI_REGISTRY_URL',
    fallback: 'http://127.0.0.1:{registry}/apis/ccompat/v7',
    meaning: 'schema registry with the Confluent API',
  },
  { name: 'BOMFRI_REDIS_URL', fallback: 'redis://127.0.0.1:{redis}', meaning: 'Redis of the live projection' },
  { name: 'BOMFRI_CLICKHOUSE_URL', fallback: 'http://127.0.0.1:{clickhouse}', meaning: 'ClickHouse HTTP interface' },
  {
    name: 'BOMFRI_INGEST_URL',
    fallback: 'http://127.0.0.1:{ingest}',
    meaning: 'where demo, replay and fleet send reads',
  },
  {
    name: 'BOMFRI_API_KEY', fallback: '',
    meaning: 'the API key that demo, replay and fleet send; empty: the one in the file `api-key` of the data folder, ' +
      'which `npx bomfri keys local` makes',
  },
  {
    name: 'BOMFRI_STAGE_URLS',
    fallback: '',
    meaning: 'metrics and health of the processes that the status page shows, as name=URL, comma-separated; empty: all ' +
      'of the local stack',
  },
  {
    name: 'BOMFRI_TRUSTED_PROXIES',
    fallback: '',
    meaning: 'addresses or CIDR ranges of proxies, comma-separated, by whose X-Forwarded-For the accounts API tells ' +
      'its clients apart',
  },
  {
    name: 'BOMFRI_ACCOUNTS_URL',
    fallback: 'http://127.0.0.1:{accounts}',
    meaning: "where drivers reach the accounts API; the payment gateway's page sends them back to it",
  },
  {
    name: 'BOMFRI_GATEWAY_URL',
    fallback: 'http://127.0.0.1:{gateway}',
    meaning: "API of the payment gateway, Swedbank Pay's or the local one",
  },
  { name: 'BOMFRI_GATEWAY_TOKEN', fallback: 'local', meaning: 'access token for the payment gateway' },
  {
    name: 'BOMFRI_GATEWAY_PAYEE',
    fallback: 'bomfri-local',
    meaning: 'the payeeId under which the payment gateway knows the merchant',
  },
  {
    name: 'BOMFRI_WEBHOOK_KEY', fallback: '',
    meaning: 'the key that signing secrets of webhooks are encrypted with: 32 random bytes, base64; empty: the one ' +
      'in the file `webhook-key` of the data folder, made when it is needed',
  },
  {
    name: 'BOMFRI_WEBHOOK_LOOPBACK', fallback: 'refused',
    meaning: 'allowed: webhooks may call this machine, and over plain http; for development and tests only. Private ' +
      'networks are never called',
  },
  {
    name: 'BOMFRI_SMTP_URL',
    fallback: '',
    meaning: 'mail server for invoices, credit notes and receipts, as smtp://user:password@host:587 or smtps:; ' +
      'empty: mails wait until one is named',
  },
  {
    name: 'BOMFRI_MAIL_FROM',
    fallback: 'Bomfri <no-reply@localhost>',
    meaning: 'sender of all mails, one that the mail server may send for; answers go to the seller',
  },
  {
    name: 'BOMFRI_REPLICATION',
    fallback: '1',
    meaning: 'replicas of the topics that `topics apply` makes; 3 with min ISR 2 in production',
  },
  { name: 'BOMFRI_SERVICE_ZONE', fallback: 'Europe/Oslo', meaning: 'IANA zone of billing days' },
  { name: 'BOMFRI_LOG_LEVEL', fallback: 'info', meaning: 'pino level: trace, debug, info, warn, error or fatal' },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]['name'];

export interface Config {
  readonly dataDir: string;
  readonly host: string;
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly redisUrl: string;
  readonly clickhouseUrl: string;
  readonly ingestUrl: string;
  readonly apiKey: string | null;
  readonly stageUrls: ReadonlyMap<string, string>;
  readonly trustedProxies: readonly string[];
  readonly accountsUrl: string;
  readonly gatewayUrl: string;
  readonly gatewayToken: string;
  readonly gatewayPayee: string;
  /** Null: the data folder's. */
  readonly webhookKey: Buffer | null;
  readonly webhookLoopback: 'refused' | 'allowed';
  /** Null: none is named. */
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly replication: number;
  readonly serviceZone: string;
  readonly logLevel: string;
}

/**
 * Reads and checks the environment.
 * @throws {ConfigError} naming the variable, what it holds and what it may hold
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const base = portBase(env);
  const value = (name: SettingName): string =>
    env[name] || fallbackText(settings.find((setting) => setting.name === name)!, base);
  const replication = Number(value('BOMFRI_REPLICATION'));
  if (!Number.isInteger(replication) || replication < 1) {
    throw new ConfigError('BOMFRI_REPLICATION', value('BOMFRI_REPLICATION'), 'a whole number from 1');
  }
  const logLevel = value('BOMFRI_LOG_LEVEL');
  if (!['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(logLevel)) {
    throw new ConfigError('BOMFRI_LOG_LEVEL', logLevel, 'trace, debug, info, warn, error or fatal');
  }
  return {
    dataDir: value('BOMFRI_DATA_DIR'),
    host: value('BOMFRI_HOST'),
    brokers: brokerList(value('BOMFRI_KAFKA_BROKERS')),
    registryUrl: url('BOMFRI_REGISTRY_URL', value('BOMFRI_REGISTRY_URL')),
    redisUrl: url('BOMFRI_REDIS_URL', value('BOMFRI_REDIS_URL')),
    clickhouseUrl: url('BOMFRI_CLICKHOUSE_URL', value('BOMFRI_CLICKHOUSE_URL')),
    ingestUrl: url('BOMFRI_INGEST_URL', value('BOMFRI_INGEST_URL')),
    apiKey: value('BOMFRI_API_KEY') || null,
    stageUrls: stageUrls(value('BOMFRI_STAGE_URLS'), base),
    trustedProxies: proxies(value('BOMFRI_TRUSTED_PROXIES')),
    accountsUrl: url('BOMFRI_ACCOUNTS_URL', value('BOMFRI_ACCOUNTS_URL')),
    gatewayUrl: url('BOMFRI_GATEWAY_URL', value('BOMFRI_GATEWAY_URL')),
    gatewayToken: value('BOMFRI_GATEWAY_TOKEN'),
    gatewayPayee: value('BOMFRI_GATEWAY_PAYEE'),
    webhookKey: webhookKey(value('BOMFRI_WEBHOOK_KEY')),
    webhookLoopback: loopback(value('BOMFRI_WEBHOOK_LOOPBACK')),
    smtpUrl: smtpUrl(value('BOMFRI_SMTP_URL')),
    mailFrom: mailbox(value('BOMFRI_MAIL_FROM')),
    replication,
    serviceZone: zone(value('BOMFRI_SERVICE_ZONE')),
    logLevel,
  };
}

/** A setting's fallback with the ports of this base filled in. */
export function fallbackText(setting: Setting, base: number): string {
  return setting.fallback.replace(/\{(\w+)\}/g, (_, part: string) => String(localPort(part as LocalPart, base)));
}

export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(variable: SettingName, value: string, wanted: string) {
    super(`${variable} is '${value}', but must be ${wanted}`);
  }
}

function portBase(env: NodeJS.ProcessEnv): number {
  const text = env.BOMFRI_PORT_BASE || String(DEFAULT_PORT_BASE);
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > 65_000) {
    throw new ConfigError('BOMFRI_PORT_BASE', text, 'a port from 1024 to 65000');
  }
  return base;
}

function brokerList(text: string): string[] {
  const brokers = text.split(',').map((broker) => broker.trim());
  if (!brokers.every((broker) => /^[^\s:]+:\d+$/.test(broker))) {
    throw new ConfigError('BOMFRI_KAFKA_BROKERS', text, 'host:port, several separated by commas');
  }
  return brokers;
}

function proxies(text: string): string[] {
  const list = text.split(',').map((address) => address.trim()).filter((address) => address !== '');
  const isAddress = (address: string): boolean => {
    const [host = '', bits, ...more] = address.split('/');
    const most = isIP(host) === 4 ? 32 : 128;
    return isIP(host) !== 0 &&
      more.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
  };
  if (!list.every(isAddress)) {
    throw new ConfigError(
      'BOMFRI_TRUSTED_PROXIES',
      text,
      'addresses or CIDR ranges such as 10.0.0.0/8, several separated by commas',
    );
  }
  return list;
}

/** What it holds is never told: it may be most of a key. */
function webhookKey(text: string): Buffer | null {
  if (text === '') return null;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) {
    throw new ConfigError(
      'BOMFRI_WEBHOOK_KEY',
      '(not shown)',
      '32 bytes as base64: `openssl rand -base64 32` gives some',
    );
  }
  return Buffer.from(text, 'base64');
}

function loopback(text: string): 'refused' | 'allowed' {
  if (text !== 'refused' && text !== 'allowed') {
    throw new ConfigError('BOMFRI_WEBHOOK_LOOPBACK', text, 'refused or allowed');
  }
  return text;
}

function url(name: SettingName, text: string): string {
  // Before an @ there may be a password; and one that is not encoded may be what makes it none.
  if (!URL.canParse(text)) throw new ConfigError(name, text.includes('@') ? '(not shown)' : text, 'a URL');
  return text;
}

function smtpUrl(text: string): string | null {
  if (text === '') return null;
  const isSmtp = URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '';
  // It may hold a password.
  if (!isSmtp) {
    throw new ConfigError('BOMFRI_SMTP_URL', '(not shown)', 'a URL such as smtp://user:password@mail.example.org:587');
  }
  return text;
}

function mailbox(text: string): string {
  const isMailbox = /^([^<>@,"]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/.test(text);
  if (!isMailbox) throw new ConfigError('BOMFRI_MAIL_FROM', text, 'a mailbox such as Parking <parking@example.org>');
  return text;
}

function stageUrls(text: string, base: number): Map<string, string> {
  if (text === '') {
    return new Map(shownProcesses.map((name) => [name, `http://127.0.0.1:${localPort(`${name}Admin`, base)}`]));
  }
  const pairs = text.split(',').map((pair) => /^\s*([^=]+)=(.+?)\s*$/.exec(pair));
  if (!pairs.every((pair) => pair !== null && URL.canParse(pair[2]!))) {
    throw new ConfigError('BOMFRI_STAGE_URLS', text, 'name=URL, several separated by commas');
  }
  return new Map(pairs.map((pair) => [pair![1]!, pair![2]!]));
}

function zone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new ConfigError('BOMFRI_SERVICE_ZONE', text, 'an IANA time zone such as Europe/Oslo');
  }
}
