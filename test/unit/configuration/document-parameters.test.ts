import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everything, findings, health } from './every-action.ts';

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

const longPath = (index: number) => `/srv/${'p'.repeat(247)}${100 + index}`;

describe('the parameters of the documents', () => {
  it.each([
    ['20 temporary directories of 255 characters', { tempPaths: many(20, longPath) }, {}],
    ['20 configuration files of 255 characters', { configPaths: many(20, longPath) }, {}],
    ['the longest data directory', { database: { engine: 'postgresql', dataDirectory: longPath(0) } }, {}],
    [
      'the longest names of a certificate',
      {
        certificate: {
          keyFile: longPath(0),
          certificateFile: longPath(1),
          names: many(20, (i) =>
            [`${100 + i}${'n'.repeat(60)}`, ...many(2, () => 'n'.repeat(63)), 'n'.repeat(59)].join('.'),
          ),
          authority: { keyFile: longPath(2), certificateFile: longPath(3) },
        },
      },
      {},
    ],
    ['the longest release link', { release: { link: longPath(0), directory: longPath(1) } }, {}],
    [
      '20 rule files of 255 characters',
      { rules: { engine: 'haproxy', files: many(20, longPath) } },
      { disable_rules: { files: many(20, longPath) } },
    ],
    ['the longest unit', { service: `A${'b'.repeat(120)}.service` }, {}],
    ['an instance of a template', { service: 'postgresql@15-main.service' }, {}],
    ['a colon in a path', { health: health('http://127.0.0.1:8080/v1/cache:check') }, {}],
    ['a query without a path', { health: health('http://127.0.0.1:8500?ready=1') }, {}],
    ['an underscore in a host name', { health: health('http://cache_local:8080/') }, {}],
    ['the longest address', { health: health(`http://127.0.0.1/${'q'.repeat(495)}`) }, {}],
    [
      '20 management networks',
      {},
      {
        isolate_network: {
          managementCidrs: many(20, (i) => `2001:db8:0000:0000:0000:0000:0000:${1000 + i}/128`),
        },
      },
    ],
    [
      'the longest waits',
      {},
      {
        graceful_stop: { graceSeconds: 600 },
        start_component: { settleSeconds: 120 },
        clear_temp_files: { olderThanSeconds: 31_536_000 },
        freeze_config: { keepVersions: 100 },
        verify_health: { stableSeconds: 2600, timeoutSeconds: 900 },
      },
    ],
  ] as const)('hold %s', (_, fields, params) => {
    expect(findings(everything(fields, params))).toEqual([]);
  });

  it('accept every value that the configuration accepts', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.@+:?=&~%-]{0,12}$/);
    const path = fc.array(word, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    const network = fc
      .oneof(fc.ipV4Extended(), fc.ipV4(), fc.ipV6())
      .chain((address) => fc.nat(130).map((bits) => `${address}/${bits}`));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withQueryParameters: true }),
          path.map((text) => `http://h_1.example${text}`),
        ),
        fc.array(path, { maxLength: 3 }),
        word.map((text) => `${text}.service`),
        fc.array(network, { maxLength: 3 }),
        (url, paths, service, managementCidrs) => {
          const fields = [{ health: health(url) }, { tempPaths: paths }, { configPaths: paths }, { service }];
          const documents = [
            ...fields.map((each) => everything(each)),
            everything({}, { isolate_network: { managementCidrs } }),
          ];
          expect(documents.flatMap(findings)).not.toContain('parameter-refused');
        },
      ),
      { numRuns: 40 },
    );
  });
});
