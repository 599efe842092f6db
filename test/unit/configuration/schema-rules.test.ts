import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { certificate } from '../../../functions/core/configuration/schema/certificate-schema.ts';
import { channel } from '../../../functions/core/configuration/schema/channel-schema.ts';
import { graph } from '../../../functions/core/configuration/schema/graph-schema.ts';
import { isDuration } from '../../../functions/core/configuration/schema/json-schema.ts';
import { profile } from '../../../functions/core/configuration/schema/profile-schema.ts';
import { watchdog } from '../../../functions/core/configuration/schema/watchdog-schema.ts';

/** What is wrong with a value, each with its place. */
const faults = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

const LIVE = '/etc/letsencrypt/live/web';
const FILES = { keyFile: '/etc/tls/a.key', certificateFile: '/etc/tls/a.pem' };

describe('a certificate', () => {
  const of = (fields: object) => faults(certificate, { names: ['web.example.com'], ...FILES, ...fields });

  it.each(['10.0.0.7', 'web1.example.com', 'web.10', '1web.2.x'])('may be for %s', (name) => {
    expect(of({ names: [name] })).toEqual([]);
  });

  it.each(['10.0.0.256', '10.0.7', '7'])('is not for %s, which looks like an address', (name) => {
    expect(of({ names: [name] })).toEqual([
      'names.0: a DNS name, such as orders.example.com or *.example.com, or an IPv4 address',
    ]);
  });

  it('has a key and a certificate in files of their own', () => {
    expect(of({ keyFile: FILES.certificateFile })).toEqual([
      'keyFile: a `keyFile` other than `certificateFile`: each is a file of its own',
    ]);
  });

  it('may be issued by an authority, and not by certbot besides', () => {
    const authority = { keyFile: '/root/ca.key', certificateFile: '/root/ca.pem' };
    const live = { keyFile: `${LIVE}/privkey.pem`, certificateFile: `${LIVE}/cert.pem` };
    expect(of({ authority })).toEqual([]);
    expect(of({ ...live, certbot: {} })).toEqual([]);
    expect(of({ ...live, certbot: {}, authority })).toEqual([
      'authority: either `authority` or `certbot`: one of them issues the certificate',
    ]);
  });

  it.each([{ keyFile: `${LIVE}/privkey.pem` }, { certificateFile: `${LIVE}/fullchain.pem` }])(
    'says that certbot renews it if either file is one of its links: %j',
    (files) => {
      expect(of(files)).toEqual([
        'keyFile: `certbot: {}` beside files in /etc/letsencrypt/live/, which are certbot’s links, or files elsewhere',
      ]);
    },
  );
});

describe('the site of a channel', () => {
  const of = (url: string) =>
    faults(channel, { type: 'jira', url, user: 'a', project: 'OPS', secret: 'selfheal/jira' }).filter(
      (fault) => fault.startsWith('url'),
    );

  it('is an address without a path', () => {
    expect(of('https://example.atlassian.net')).toEqual([]);
    for (const path of ['/', '/jira'])
      expect(of(`https://example.atlassian.net${path}`)).toEqual([
        'url: an address without a path, such as https://example.com',
      ]);
  });
});

it('discovers dependencies in whole minutes', () => {
  expect(faults(graph, { discover: ['xray'], refreshSeconds: 3_660 })).toEqual([]);
  expect(faults(graph, { discover: ['xray'], refreshSeconds: 3_630 })).toEqual([
    'refreshSeconds: whole minutes',
  ]);
});

it.each([
  ['http://127.0.0.1:9100/metrics', []],
  ['http://127.0.0.1:0/metrics', ['endpoint: an address that exists, with a port from 1 to 65535']],
  ['http://127.0.0.1:65536/metrics', ['endpoint: an address that exists, with a port from 1 to 65535']],
])('reads a profile at an address that can exist: %s', (endpoint, expected) => {
  expect(faults(profile, { runtime: 'go', endpoint })).toEqual(expected);
});

it('tells vantage points apart by their names', () => {
  const named = (...names: readonly string[]) =>
    faults(watchdog, { vantagePoints: names.map((name) => ({ name })) }).length;
  expect([named('a', 'b'), named('a', 'a')]).toEqual([0, 1]);
});

describe('a field of the JSON schema', () => {
  it.each([
    [[{ type: 'integer' }, { type: 'string' }], true],
    [[{ type: 'integer' }, { type: 'boolean' }], false],
    [[{ type: 'number' }, { type: 'string' }], false],
    [[{ type: 'integer' }], false],
    [[{ type: 'integer' }, { type: 'string' }, { type: 'null' }], false],
    [undefined, false],
  ])('is a duration if it may be a whole number or a text: %j', (anyOf, expected) => {
    expect(isDuration({ ...(anyOf && { anyOf }) })).toBe(expected);
  });
});
