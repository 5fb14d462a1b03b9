import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfig, settings } from './config.ts';
import { settingsTable } from './settings-table.ts';

test('without any variable the defaults hold, on ports from 9000', () => {
  const config = readConfig({});
  assert.deepEqual(config.brokers, ['127.0.0.1:9092']);
  assert.equal(config.ingestUrl, 'http://127.0.0.1:9080');
  assert.equal(config.host, '127.0.0.1');
});

test('the port base moves every default address', () => {
  const config = readConfig({ BOMFRI_PORT_BASE: '20000' });
  assert.deepEqual(config.brokers, ['127.0.0.1:20092']);
  assert.equal(config.redisUrl, 'redis://127.0.0.1:20379');
});

test('an empty variable counts as none', () => {
  assert.equal(readConfig({ BOMFRI_SERVICE_ZONE: '' }).serviceZone, 'Europe/Oslo');
});

const refused = {
  BOMFRI_PORT_BASE: ['80', 'nine', '70000', '9000.5'],
  BOMFRI_KAFKA_BROKERS: ['kafka', 'kafka:9092,', 'a b:1'],
  BOMFRI_REGISTRY_URL: ['registry'],
  BOMFRI_STAGE_URLS: ['http://127.0.0.1:9101', 'visits=', 'visits=nowhere', 'visits=http://a:1,'],
  BOMFRI_TRUSTED_PROXIES: ['proxy', '10.0.0.0/33', '10.0.0.1/8/8', '10.0.0.1,anyone'],
  BOMFRI_WEBHOOK_LOOPBACK: ['true', 'private'],
  BOMFRI_MAIL_FROM: ['nobody', 'A <a@b>, B <b@c>', 'A <a>'],
  BOMFRI_REPLICATION: ['0', '1.5', 'three'],
  BOMFRI_SERVICE_ZONE: ['Europe/Atlantis'],
  BOMFRI_LOG_LEVEL: ['loud'],
};

for (const [name, values] of Object.entries(refused)) {
  test(`${name} is refused with its name, what it holds and what it may hold`, () => {
    for (const value of values) {
      assert.throws(() => readConfig({ [name]: value }), (error: Error) =>
        error.message.startsWith(`${name} is '${value}', but must be `));
    }
  });
}

test('a key of the wrong length is refused without being shown', () => {
  assert.throws(() => readConfig({ BOMFRI_WEBHOOK_KEY: 'c2hvcnQ=' }), (error: Error) =>
    error.message.startsWith("BOMFRI_WEBHOOK_KEY is '(not shown)', but must be "));
  assert.equal(readConfig({ BOMFRI_WEBHOOK_KEY: Buffer.alloc(32, 7).toString('base64') }).webhookKey?.length, 32);
});

test('a mail server that is none is refused without being shown, for it may hold a password', () => {
  for (const value of ['mail.example.org:secret', 'http://user:secret@mail.example.org', 'smtp://']) {
    assert.throws(() => readConfig({ BOMFRI_SMTP_URL: value }), (error: Error) =>
      /^BOMFRI_SMTP_URL is .* but must be a URL such as smtp:/.test(error.message) &&
        !error.message.includes('secret'));
  }
  assert.equal(readConfig({}).smtpUrl, null);
  assert.equal(readConfig({ BOMFRI_SMTP_URL: 'smtps://u:p@mail.example.org' }).smtpUrl, 'smtps://u:p@mail.example.org');
});

test('an address that is none is refused without its password being shown', () => {
  assert.throws(() => readConfig({ BOMFRI_CLICKHOUSE_URL: 'http://user:sec/ret@warehouse:8123' }), (error: Error) =>
    error.message.startsWith('BOMFRI_CLICKHOUSE_URL is ') && !error.message.includes('sec'));
});

test('the README tells of every setting', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  assert.equal(settingsTable().split('\n').length, settings.length + 2);
  for (const row of settingsTable().split('\n')) {
    assert(readme.includes(row), `README.md lacks the row (bomfri settings prints them): ${row}`);
  }
});
