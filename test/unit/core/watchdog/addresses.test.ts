import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayAsk, parseAddress } from '../../../../functions/core/watchdog/addresses.ts';

describe('addresses that are never asked', () => {
  it.each([
    ['the metadata of an instance', '169.254.169.254'],
    ['the metadata of an instance, in IPv6', 'fd00:ec2::254'],
    ['the metadata of a task', '169.254.170.2'],
    ['loopback', '127.0.0.1'],
    ['all of loopback', '127.255.255.254'],
    ['loopback, in IPv6', '::1'],
    ['link-local, in IPv6', 'fe80::1'],
    ['this host', '0.0.0.0'],
    ['this host, in IPv6', '::'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['metadata mapped into IPv6', '::ffff:169.254.169.254'],
    ['metadata mapped into IPv6, in hexadecimal', '::ffff:a9fe:a9fe'],
    ['metadata behind NAT64', '64:ff9b::a9fe:a9fe'],
    ['loopback by 6to4', '2002:7f00:1::'],
    ['a name', 'example.com'],
    ['an octal address', '0177.0.0.1'],
    ['a short address', '127.1'],
    ['nothing', ''],
  ])('%s: %s', (_, address) => {
    expect(mayAsk(address, [])).toBe(false);
  });
});

describe('addresses that may be asked', () => {
  it.each([
    '10.0.0.5',
    '172.16.1.1',
    '192.168.1.1',
    '8.8.8.8',
    '2600:1f18::1',
    'fd12:3456::1',
    '::ffff:10.0.0.5',
  ])('%s', (address) => {
    expect(mayAsk(address, [])).toBe(true);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1/32'],
    ['127.9.9.9', '127.0.0.0/8'],
    ['::1', '::1/128'],
    ['::ffff:127.0.0.1', '127.0.0.0/8'],
  ])('%s, if %s is allowed', (address, range) => {
    expect(mayAsk(address, [range])).toBe(true);
  });

  it.each([
    'localhost/8',
    '/8',
    '127.0.0.1',
    '127.0.0.12',
    '::1',
    '127.0.0.0/33',
    '127.0.0.0/-1',
    '127.0.0.0/x',
  ])('include none of %s, which is no range', (text) => {
    expect(mayAsk('127.0.0.1', [text])).toBe(false);
    expect(mayAsk('::1', [text])).toBe(false);
    expect(mayAsk('10.0.0.5', [text])).toBe(true);
  });

  it('include those of the allowed range and no more', () => {
    expect(mayAsk('127.0.0.2', ['127.0.0.1/32'])).toBe(false);
    expect(mayAsk('127.0.0.2', ['nonsense', '127.0.0.1/99', ''])).toBe(false);
  });
});

describe('reading addresses', () => {
  it.each([
    '1:2:3:4:5:6:7::',
    '1:2:3:4::5:6:7:8',
    '1:2:3:4:5::6:7:8:9',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '::1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5::1.2.3.4',
    '::1.2.3.4x',
    '::1.2.3',
    '::1.2.3.256',
    '1.2.3.4::',
    ':1.2.3.4',
    '1:2:3:4:5:6:7:12345',
    '::g',
    '1.2.3.04',
    '1.2.3',
    '1.2.3.4.5',
  ])('agrees with Node on %s', (text) => {
    expect(parseAddress(text)?.length ?? 0).toBe({ 0: 0, 4: 4, 6: 16 }[isIP(text)]);
  });

  it('agrees with Node on what an address is', () => {
    const part = fc.stringMatching(/^[0-9a-f:.]{1,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), part), (text) => {
        expect(parseAddress(text)?.length ?? 0).toBe({ 0: 0, 4: 4, 6: 16 }[isIP(text)]);
      }),
      { numRuns: 2_000 },
    );
  });
});
