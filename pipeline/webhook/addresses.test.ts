import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeCalled } from './addresses.ts';
import { urlFault } from './endpoint-url.ts';

const NEVER: Readonly<Record<string, readonly string[]>> = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  'a private network': [
    '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', 'fc00::1', 'fd12:3456::1', 'fec0::1',
  ],
  'a link, and the metadata service of a cloud': [
    '169.254.169.254', '169.254.0.1', 'fe80::1', 'fd00:ec2::254', '100.100.100.200',
  ],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  'many at once': ['224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1'],
  'documentation, benchmarks and what is reserved': [
    '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.7',
    '203.0.113.9', '240.0.0.1', '2001:db8::1', '2001:2::1', '3fff::1', '100::1', '4000::1',
  ],
  'IPv4 mapped into IPv6': [
    '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::ffff:192.168.1.1', '::ffff:0.0.0.0',
  ],
  'IPv4 inside IPv6, by a translator or tunnel': [
    '64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:0a00:0001::', '2001:0:4136:e378::', '::10.0.0.1', '::ffff:0:10.0.0.1',
  ],
  'no address': ['', 'localhost', '10.0.0', '0x7f.1', '1.2.3.4.5', 'fe80::1%eth0', '[::1]'],
};

for (const [what, addresses] of Object.entries(NEVER)) {
  test(`an address of ${what} is never called`, () => {
    for (const address of addresses) {
      assert.equal(mayBeCalled(address, 'refused'), false, address);
      assert.equal(mayBeCalled(address, 'allowed'), false, `${address} with loopback allowed`);
    }
  });
}

test('this machine is called only where that is allowed', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1']) {
    assert.equal(mayBeCalled(address, 'refused'), false, address);
    assert.equal(mayBeCalled(address, 'allowed'), true, address);
  }
});

test('public addresses are called', () => {
  for (const address of [
    '1.1.1.1', '8.8.8.8', '193.71.0.1', '100.63.255.255', '172.32.0.1',
    '2a02:fe0::1', '2606:4700:4700::1111', '::ffff:8.8.8.8',
  ]) {
    assert.equal(mayBeCalled(address, 'refused'), true, address);
  }
});

const BAD_URLS: readonly (readonly [string, RegExp])[] = [
  ['http://example.org/hook', /https/], ['ftp://example.org/', /https/],
  ['file:///etc/passwd', /https/], ['example.org/hook', /URL/],
  ['https://user:pass@example.org/', /password/], ['https://example.org/#part', /#/],
  [`https://example.org/${'a'.repeat(2_000)}`, /2000/],
  ['https://127.0.0.1/', /public/], ['https://2130706433/', /public/],
  ['https://0x7f.1/', /public/], ['https://017700000001/', /public/],
  ['https://[::1]/', /public/], ['https://[::ffff:10.0.0.1]/', /public/],
  ['https://169.254.169.254/latest/meta-data/', /public/],
  ['https://10.0.0.8:8443/', /public/], ['http://127.0.0.1/', /https/],
];

for (const [url, why] of BAD_URLS) {
  test(`the address ${url.slice(0, 60)} is refused`, () => {
    assert.match(urlFault(url, 'refused') ?? '', why);
  });
}

test('an address that is fine is, and plain http where this machine may be called', () => {
  assert.equal(urlFault('https://example.org:8443/hooks/parking?tenant=1', 'refused'), null);
  assert.equal(urlFault('http://127.0.0.1:4000/hook', 'allowed'), null);
  assert.notEqual(urlFault('http://192.168.0.1/hook', 'allowed'), null);
});
