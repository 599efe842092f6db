import { describe, expect, it } from 'vitest';
import { DOCUMENT_PARAMETERS } from '../../../functions/core/actions/document-parameters.ts';
import { checkActionParameters } from '../../../functions/core/configuration/checks/action-parameter-checks.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { readableParts } from '../../../functions/core/configuration/readable-parts.ts';
import { componentText, expectProblem, MEMORY_ALARM, ONE_HOST, problemsOf } from './configuration-text.ts';
import { everything, findings, health } from './every-action.ts';

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
    const problem = expectProblem(componentText(ONE_HOST, line, MEMORY_ALARM), {
      code: 'invalid-format',
      path,
    });
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
      componentText(ONE_HOST, 'service: web.service', MEMORY_ALARM, `tempPaths: [▼${directory}]`),
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
  cache: { ${ONE_HOST}, service: cache.service, configPaths: [/etc/cache.conf], signals: [manual] }
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
