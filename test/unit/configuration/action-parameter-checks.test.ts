import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_TYPES } from '../../../functions/core/actions/action-table.ts';
import { DOCUMENT_PARAMETERS } from '../../../functions/core/actions/document-parameters.ts';
import { checkActionParameters } from '../../../functions/core/configuration/checks/action-parameter-checks.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { readableParts } from '../../../functions/core/configuration/readable-parts.ts';
import { componentText, expectProblem, problemsOf } from './configuration-text.ts';

const TARGETS = 'targets: { instanceIds: [i-0123456789abcdef0] }';

/** Every action that a document carries out; more than one strategy may have. */
const TYPES = ACTION_TYPES.filter((type) => type in DOCUMENT_PARAMETERS);
/** What an action cannot do without. */
const NEEDED: Readonly<Record<string, object>> = {
  disable_rules: { files: ['/etc/haproxy/rules/one.cfg'] },
  increase_resources: { ladder: [{ memoryMiB: 512 }] },
  enable_monitoring: { logLevel: 'DEBUG' },
};
const half = Math.ceil(TYPES.length / 2);

/** A configuration with one component of such fields, on which every action is done. */
const everything = (
  fields: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, object>> = {},
) => {
  const action = (type: string) => ({
    type,
    params: params[type] ?? NEEDED[type] ?? {},
    timeoutSeconds: params[type] ? 3_600 : 2_400,
  });
  return {
    settings: { repairTimeoutSeconds: 43_200 },
    components: {
      cache: {
        targets: { instanceIds: ['i-0123456789abcdef0'] },
        service: 'cache.service',
        tempPaths: ['/srv/cache/tmp'],
        configPaths: ['/etc/cache.conf'],
        certificate: {
          keyFile: '/etc/web/tls/key.pem',
          certificateFile: '/etc/web/tls/certificate.pem',
          names: ['web.example.com'],
        },
        database: { engine: 'postgresql', dataDirectory: '/srv/cache/data' },
        release: { link: '/srv/cache/current', directory: '/srv/cache/releases' },
        rules: { engine: 'haproxy', files: ['/etc/haproxy/rules/one.cfg'] },
        signals: ['first', 'second'],
        ...fields,
      },
    },
    strategies: [
      { id: 'a', trigger: { metrics: ['first'] }, actions: TYPES.slice(0, half).map(action) },
      { id: 'b', trigger: { metrics: ['second'] }, actions: TYPES.slice(half).map(action) },
    ],
  };
};
const findings = (document: object) => problemsOf(JSON.stringify(document)).map(({ code }) => code);

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

function health(hostUrl: string) {
  return { url: 'https://cache.example.com/health', hostUrl };
}

const TOO_WIDE =
  'a network that leaves others out, of /8 or narrower (IPv6: /7): otherwise hardly anything would be isolated';
const MAPPED = 'an IPv4 network, such as 192.168.100.0/24, or an IPv6 network that does not stand for one';
const inHexadecimal = (network: string) =>
  `an IPv6 network in hexadecimal digits only, here \`${network}\`: nft reads no other notation`;

describe('a value that every host refuses', () => {
  it.each([
    [
      'service: ▼cache@.service',
      'components.web.service',
      'expected a unit that can be started: a template needs an instance, such as cache@main.service; got "cache@.service"',
    ],
  ])('is refused: %s', (line, path, message) => {
    const problem = expectProblem(
      componentText(TARGETS, line, 'alarms: { memory: { metric: memory, threshold: 90 } }'),
      { code: 'invalid-format', path },
    );
    expect(problem.message).toBe(message);
  });

  it.each([
    ['/etc/app/tmp', 'belongs to the system'],
    ['/usr/local/tmp', 'belongs to the system'],
    ['/lib64/tmp', 'belongs to the system'],
    ['/var/lib/selfheal/ledger', 'belongs to the system'],
    ['/run/systemd', 'belongs to the system'],
    ['/var/log', 'belongs to many services'],
    ['/var/www', 'belongs to many services'],
    ['/var/tmp', 'belongs to many services'],
    ['/run/lock', 'belongs to many services'],
    ['/run/log', 'belongs to many services'],
    ['/var/run', 'belongs to many services'],
    ['/home/ann', 'is a person’s home'],
    ['/tmp', 'is not at least two levels deep'],
  ])('is refused as a temporary directory: %s, because it %s', (directory, why) => {
    const problem = expectProblem(
      componentText(
        TARGETS,
        'service: web.service',
        'alarms: { memory: { metric: memory, threshold: 90 } }',
        `tempPaths: [▼${directory}]`,
      ),
      { code: 'protected-directory', path: 'components.web.tempPaths[0]' },
    );
    expect(problem.message).toBe(
      `expected a directory of temporary files, such as /var/tmp/app: ${directory} ${why}; got "${directory}"`,
    );
  });

  it.each(['/var/log/app', '/home/ann/tmp', '/var/lib/app', '/etcetera/tmp', '/tmp/app'])(
    'does not include %s as a temporary directory',
    (directory) => expect(findings(everything({ tempPaths: [directory] }))).toEqual([]),
  );

  it.each([
    ['0.0.0.0/0', 'open-network', TOO_WIDE],
    ['::/0', 'open-network', TOO_WIDE],
    // Two of them are everything.
    ['128.0.0.0/1', 'open-network', TOO_WIDE],
    ['2000::/3', 'open-network', TOO_WIDE],
    ['::ffff:192.168.100.200/128', 'invalid-format', MAPPED],
    ['::ffff:c0a8:6464/128', 'invalid-format', MAPPED],
    ['0:0:0:0:0:FFFF:c0a8:6464/128', 'invalid-format', MAPPED],
    ['64:ff9b::10.0.0.0/104', 'invalid-format', inHexadecimal('64:ff9b::a00:0/104')],
    ['2001:db8::1.2.3.4/128', 'invalid-format', inHexadecimal('2001:db8::102:304/128')],
    ['fe80::5efe:10.0.0.1/128', 'invalid-format', inHexadecimal('fe80::5efe:a00:1/128')],
    ['::1.2.3.4/128', 'invalid-format', inHexadecimal('::102:304/128')],
    ['1:2:3:4:5:6:1.2.3.4/128', 'invalid-format', inHexadecimal('1:2:3:4:5:6:102:304/128')],
  ])('is refused as a management network: %s', (network, code, expected) => {
    const [problem] = problemsOf(
      JSON.stringify(everything({}, { isolate_network: { managementCidrs: [network] } })),
    );
    expect(problem).toMatchObject({
      code,
      path: 'strategies[0].actions[7].params.managementCidrs[0]',
      message: `expected ${expected}; got "${network}"`,
    });
  });
});

describe('a path that every host refuses', () => {
  const ALARM = 'alarms: { memory: { metric: memory, threshold: 90 } }';

  it.each([
    ['tempPaths: [▼/var/run/app]', 'linked-path', 'tempPaths[0]', 'Write `/run/app`.'],
    ['configPaths: [/etc/a, ▼/var/lock/app]', 'linked-path', 'configPaths[1]', 'Write `/run/lock/app`.'],
    [
      'configPaths: [▼/proc/sys/vm/swappiness]',
      'protected-directory',
      'configPaths[0]',
      'Name the file that sets it, such as one in /etc/sysctl.d.',
    ],
    [
      `certificate: { keyFile: ▼/var/run/tls/a.key, certificateFile: /etc/tls/a.pem, names: [a.example.com] }`,
      'linked-path',
      'certificate.keyFile',
      'Write `/run/tls/a.key`.',
    ],
    [
      `certificate: { keyFile: /etc/tls/a.key, certificateFile: /etc/tls/a.pem, names: [a.example.com], authority: { keyFile: /etc/ca.key, certificateFile: ▼/var/lock/ca.pem } }`,
      'linked-path',
      'certificate.authority.certificateFile',
      'Write `/run/lock/ca.pem`.',
    ],
    [
      'database: { engine: redis, dataDirectory: ▼/var/run/redis/data }',
      'linked-path',
      'database.dataDirectory',
      'Write `/run/redis/data`.',
    ],
    [
      'database: { engine: redis, dataDirectory: /var/lib/redis, backupDirectory: ▼/var/lib/redis/backups }',
      'invalid-value',
      'database.backupDirectory',
      undefined,
    ],
    [
      'database: { engine: redis, dataDirectory: /srv/db/data, backupDirectory: ▼/srv/db }',
      'invalid-value',
      'database.backupDirectory',
      undefined,
    ],
    [
      'database: { engine: redis, dataDirectory: /srv/db, backupDirectory: ▼/srv/db }',
      'invalid-value',
      'database.backupDirectory',
      undefined,
    ],
    ['tempPaths: ▼[/srv/a, /srv/a]', 'repeated-value', 'tempPaths', undefined],
    ['configPaths: ▼[/srv/a, /srv/a]', 'repeated-value', 'configPaths', undefined],
  ] as const)('is refused: %s', (line, code, path, remedy) => {
    const problem = expectProblem(componentText(TARGETS, 'service: a.service', ALARM, line), {
      code,
      path: `components.web.${path}`,
    });
    if (remedy !== undefined) expect(problem.remedy).toBe(remedy);
  });

  it.each([
    ['/etc/nginx/sites-enabled/default', 'Write `/etc/nginx/sites-available/default`, unless'],
    ['/etc/apache2/sites-enabled/shop.conf', 'Write `/etc/apache2/sites-available/shop.conf`, unless'],
    ['/etc/apache2/mods-enabled/ssl.conf', 'Write `/etc/apache2/mods-available/ssl.conf`, unless'],
    ['/etc/apache2/conf-enabled/security.conf', 'Write `/etc/apache2/conf-available/security.conf`, unless'],
    ['/etc/letsencrypt/live/shop/fullchain.pem', 'Declare it as the component’s `certificate`'],
    ['/etc/alternatives/my.cnf', 'Name the file that it leads to.'],
    ['/etc/localtime', 'Leave it out'],
    ['/etc/mtab', 'Leave it out, or name `/etc/fstab`'],
    ['/etc/os-release', 'Leave it out'],
    ['/etc/resolv.conf', 'Name the file that it is made from'],
  ])('causes a warning if it is a link as a rule: %s', (file, remedy) => {
    const problem = expectProblem(
      componentText(TARGETS, 'service: a.service', ALARM, `configPaths: [▼${file}]`),
      { code: 'linked-path', path: 'components.web.configPaths[0]', severity: 'warning' },
    );
    expect(problem.message).toContain(`\`${file}\` is a symbolic link`);
    expect(problem.remedy).toContain(remedy);
  });

  it.each(['/etc/nginx/sites-available/default', '/etc/nginx/sites-enabled-too', '/etc/resolv.conf.d/one'])(
    'causes no warning where files are files: %s',
    (file) =>
      expect(
        problemsOf(componentText(TARGETS, 'service: a.service', ALARM, `configPaths: [${file}]`)),
      ).toEqual([]),
  );

  it('does not include the links by which certbot offers a certificate', () => {
    const live = '/etc/letsencrypt/live/shop';
    const certificate = `certificate: { keyFile: ${live}/privkey.pem, certificateFile: ${live}/fullchain.pem, names: [a.example.com], certbot: {} }`;
    expect(problemsOf(componentText(TARGETS, 'service: a.service', ALARM, certificate))).toEqual([]);
  });

  it('causes a warning where only current distributions have a link', () => {
    const text = componentText(
      TARGETS,
      'service: a.service',
      ALARM,
      'configPaths: [/lib/systemd/system/a.service]',
    );
    const loaded = loadConfiguration(text, 'selfheal.yaml');
    const [warning] = (loaded.ok ? loaded.warnings : []).filter(({ code }) => code === 'linked-path');
    expect(warning).toMatchObject({
      path: 'components.web.configPaths[0]',
      remedy: 'Write `/usr/lib/systemd/system/a.service`, unless these hosts have a `/lib` of their own.',
    });
  });

  it('does not include a directory for backups beside the data, with a name that begins alike', () => {
    const database = { engine: 'redis', dataDirectory: '/srv/db', backupDirectory: '/srv/db-backups' };
    expect(findings(everything({ database }))).not.toContain('invalid-value');
  });

  it('may be one on a host with init scripts, where /var/run can be a directory', () => {
    const sysv = { serviceManager: 'sysv', tempPaths: ['/var/run/app'] };
    expect(findings(everything(sysv))).not.toContain('linked-path');
  });
});

describe('an address at which nothing can be', () => {
  it.each(['http://127.0.0.1:0/', 'http://a..b/', 'http://.a/', `http://${'a'.repeat(64)}.example.com/`])(
    'is refused: %s',
    (url) => {
      expect(findings(everything({ health: health(url) }))).toEqual(['invalid-value']);
    },
  );
});

describe('the name in a certificate', () => {
  const names = (name: string) =>
    findings(
      everything({
        certificate: { keyFile: '/etc/tls/a.key', certificateFile: '/etc/tls/a.pem', names: [name] },
      }),
    );

  it.each(['1.2.3', '10.0.0.256', 'a..example.com', `${'a'.repeat(64)}.example.com`])(
    'is refused if nobody can have it: %s',
    (name) => {
      expect(names(name)).toEqual(['invalid-value']);
    },
  );

  it.each(['10.0.0.255', '*.example.com', `${'a'.repeat(63)}.example.com`, 'localhost'])(
    'is accepted if somebody can have it: %s',
    (name) => {
      expect(names(name)).toEqual([]);
    },
  );
});

describe('a parameter that its document refuses', () => {
  const text = `components:
  cache: { ${TARGETS}, service: cache.service, configPaths: [/etc/cache.conf], signals: [manual] }
strategies:
  - id: heal
    trigger: { metrics: [manual] }
    actions: [{ type: graceful_stop, onError: rollback }, { type: start_component }]
    rollback: { onFailure: enter_safe_mode, actions: [{ type: rollback_config }] }
`;
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  const strict = { type: 'String', maxChars: 5 } as const;
  const refused = (documents: Parameters<typeof checkActionParameters>[1]) =>
    checkActionParameters(readableParts(loaded.ok && loaded.configuration, true), {
      ...DOCUMENT_PARAMETERS,
      ...documents,
    });

  it.each([
    ['graceful_stop', 'strategies,0,actions,0,type'],
    ['rollback_config', 'strategies,0,rollback,actions,0,type'],
    ['enter_safe_mode', 'strategies,0,rollback,onFailure'],
    ['verify_health', 'strategies,0,verify'],
  ] as const)('is reported for %s', (type, path) => {
    const found = refused({ [type]: { ...DOCUMENT_PARAMETERS[type], service: strict } });
    expect(found.map((finding) => [finding.path.join(), finding.message])).toEqual([
      [
        path,
        `${type} on component \`cache\` would send \`service\` "cache.service", which its SSM document refuses: it has 13 characters, more than the maximum of 5`,
      ],
    ]);
  });

  it('is reported for an action and for the undo of another', () => {
    const found = refused({ start_component: { ...DOCUMENT_PARAMETERS.start_component, service: strict } });
    expect(found.map(({ path }) => path.join())).toEqual([
      'strategies,0,actions,1,type',
      'strategies,0,actions,0,type',
    ]);
  });

  it('is reported for the step that keeps the files of a repaired component', () => {
    const found = refused({ freeze_config: { ...DOCUMENT_PARAMETERS.freeze_config, paths: strict } });
    expect(found.map(({ path, code, severity }) => [path.join(), code, severity])).toEqual([
      ['strategies,0', 'parameter-refused', 'error'],
    ]);
  });

  it('may be one that the document does not know, or that is not sent', () => {
    const { service } = DOCUMENT_PARAMETERS.graceful_stop;
    const found = refused({ graceful_stop: { service, force: { type: 'String' } } });
    expect(found.map(({ message }) => message)).toEqual([
      'graceful_stop on component `cache` would send `force` nothing, which its SSM document refuses: it is needed',
      'graceful_stop on component `cache` would send `graceSeconds` "30", which its SSM document refuses: it is not a parameter of the document',
    ]);
  });
});
