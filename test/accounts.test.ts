import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { bomfri } from '../local/bomfri-command.ts';
import { answersOk } from '../local/parts/ask.ts';
import { isFree } from '../local/ports.ts';
import { until } from '../local/until.ts';
import { parseAccounts } from '../pipeline/accounts/accounts-file.ts';
import { applyAccounts } from '../pipeline/accounts/apply.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import type { Account } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { topics } from '../topics/topics.ts';
import { openLog, readAll } from './kafka/kafka-fixture.ts';

const ACCOUNTS = 100;
/** The first requests have come in by then, and none of their commits is answered. */
const KILLED_AFTER_MS = 10;
const READY_MS = 60_000;
const PASSWORD = 'correct horse battery';
const run = randomUUID().slice(0, 8);
const config = readConfig();

let ids: SchemaIds;
const log = openLog();
const instances: Instance[] = [];

before(async () => {
  ids = await openRegistry(config.registryUrl);
  instances.push(await startInstance(), await startInstance());
});

after(async () => {
  await Promise.all(instances.map(({ child }) => stopped(child, 'SIGKILL')));
  await log.close();
});

/** A process of the accounts API, with ports of its own beside the others on the one stack. */
interface Instance {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startInstance(): Promise<Instance> {
  const base = await freeBase();
  const { command, args } = bomfri('accounts');
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env, BOMFRI_PORT_BASE: String(base), BOMFRI_KAFKA_BROKERS: config.brokers.join(),
      BOMFRI_REGISTRY_URL: config.registryUrl, BOMFRI_LOG_LEVEL: 'fatal',
    },
  });
  const url = `http://127.0.0.1:${localPort('accounts', base)}`;
  assert.ok(
    await until(() => answersOk(`${url}/health/live`), READY_MS, new AbortController().signal),
    'the process serves',
  );
  return { url, child };
}

async function freeBase(): Promise<number> {
  for (;;) {
    const base = 21_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(localPort('accounts', base))) return base;
  }
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function writing(): Promise<Instance> {
  let found: Instance | undefined;
  await until(async () => {
    const ready = await Promise.all(instances.map(({ url }) => answersOk(`${url}/health/ready`).catch(() => false)));
    found = instances[ready.indexOf(true)];
    return found !== undefined;
  }, READY_MS, new AbortController().signal);
  assert.ok(found !== undefined, 'one of the instances writes');
  return found;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks one instance after the other until one of them knows; a lost answer is asked for again. */
async function ask(method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const deadline = Date.now() + READY_MS;
  for (let attempt = 0; Date.now() < deadline; attempt += 1) {
    try {
      const response = await fetch(instances[attempt % instances.length]!.url + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.status !== 503) {
        const text = await response.text();
        return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
      }
    } catch {
      // Killed: the next one is asked.
    }
    await pause(50);
  }
  throw new Error(`no instance answers ${method} ${path}`);
}

/** A driver that is logged in, and refreshes its session when its access token is good no more. */
class Driver {
  private session: { accessToken: string; refreshToken: string } | null = null;
  readonly email: string;
  accountId = '';
  constructor(number: number) {
    this.email = `driver-${number}@${run}.example.org`;
  }

  async signUp(): Promise<void> {
    const made = await ask('POST', '/v1/accounts', {
      name: 'Kari',
      email: this.email,
      phone: '+4791234567',
      password: PASSWORD,
      vehicles: [],
    });
    // The answer to an attempt before may have been lost.
    assert.ok(made.status === 201 || made.status === 409, `sign-up answers ${made.status}`);
    const login = await ask('POST', '/v1/sessions', { email: this.email, password: PASSWORD });
    assert.equal(login.status, 201);
    this.accountId = login.body.accountId as string;
    this.session = login.body as never;
  }

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await ask(method, path, body, this.session!.accessToken);
    if (answer.status !== 401) return answer;
    const refreshed = await ask('POST', '/v1/sessions/refresh', { refreshToken: this.session!.refreshToken });
    assert.equal(refreshed.status, 200);
    this.session = refreshed.body as never;
    return this.ask(method, path, body);
  }
}

async function accountsNow(): Promise<Account[]> {
  const codec = openCodec('Account', ids);
  const newest = new Map<string, Account>();
  for (const { key, value } of await readAll(log, { topic: topics.accounts.name, partition: 0 })) {
    newest.set(key!.toString(), codec.decode(value!));
  }
  return [...newest.values()];
}

async function holders(plate: string): Promise<string[]> {
  const bound = (await accountsNow()).filter(({ bindings }) =>
    bindings.some((binding) => binding.plate === plate && binding.until === null));
  return bound.map(({ accountId }) => accountId);
}

test('of 100 accounts that register one plate at the same time one gets it, though the writer is killed in the middle', async () => {
  const drivers = Array.from({ length: ACCOUNTS }, (_, number) => new Driver(number));
  await Promise.all(drivers.map((driver) => driver.signUp()));

  const plate = `${run.toUpperCase()}0`;
  const { child } = await writing();
  const answers = drivers.map((driver) => driver.ask('PATCH', '/v1/account', { vehicles: [{ country: 'NO', plate }] }));
  await pause(KILLED_AFTER_MS);
  await stopped(child, 'SIGKILL');
  instances[instances.findIndex((instance) => instance.child === child)] = await startInstance();

  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1, `${statuses}`);
  assert.equal(statuses.filter((status) => status === 409).length, ACCOUNTS - 1);
  assert.deepEqual(await holders(plate), [drivers[statuses.indexOf(200)]!.accountId]);
});

test('a file and the API can not give one plate to two accounts, whichever comes first', async () => {
  const [fromApi, fromFile] = [`${run.toUpperCase()}A`, `${run.toUpperCase()}F`];
  const driver = new Driver(ACCOUNTS);
  await driver.signUp();
  const vehicles = [{ country: 'NO', plate: fromApi }];
  assert.equal((await driver.ask('PATCH', '/v1/account', { vehicles })).status, 200);

  const apply = (plate: string) => applyAccounts({
    log, ids, issuedBy: 'test',
    accounts: parseAccounts([{ accountId: `file-${run}`, vehicles: [{ country: 'NO', plate }] }]),
  });
  await assert.rejects(apply(fromApi), /name the same vehicle/);
  await apply(fromFile);
  // The process was fenced by the file, and finds out only now.
  const taken = await driver.ask('PATCH', '/v1/account', { vehicles: [{ country: 'NO', plate: fromFile }] });
  assert.equal(taken.status, 409);
  assert.equal((await driver.ask('PATCH', '/v1/account', { name: 'Ola' })).body.name, 'Ola');
});

test('a second instance takes over at once when the first is stopped, and a standby answers 503', async () => {
  const first = await writing();
  const standby = instances.find((instance) => instance !== first)!;
  assert.equal((await fetch(`${standby.url}/v1/account`)).status, 503);
  await stopped(first.child, 'SIGTERM');
  assert.equal(first.child.exitCode, 0);
  assert.equal(await writing(), standby);
});
