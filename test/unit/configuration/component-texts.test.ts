import { describe, expect, it } from 'vitest';
import { configurationText, verdictsOf } from './configuration-text.ts';
import { A, alone, B, withComponents } from './services-text.ts';

const ON_A = `targets: { instanceIds: [${A}] }`;
const ON_B = `targets: { instanceIds: [${B}] }`;
const RELEASE = 'release: { link: /srv/app/current, directory: /srv/app/releases }';
const and = (text: string, more: string) => `${text}${more}\n`;
const grouped = (group: string, members: number, settings = '') =>
  `settings: { ${settings} }\ngroups: { ${group} }\n${withComponents(...Array.from({ length: members }, (_, index) => `${[ON_A, ON_B][index]}, group: web`))}`;
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
/** Two components, on which a strategy does the same. */
const alike = (lines: readonly string[], action: string) =>
  configurationText({
    components: [
      'components:',
      ...lines.map(
        (line, index) =>
          `  web${index}: { ${line}, health: { url: https://www.example.com/health }, signals: [memory] }`,
      ),
    ].join('\n'),
    strategies: `strategies:\n  - { id: set, trigger: { metrics: [memory] }, actions: [${action}] }`,
  });
const NOTIFY = '{ type: notify_soc }';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a path through a link of systemd’s',
    alone('tempPaths: [/var/run/app, /var/lock/app]'),
    [
      'error linked-path components.web0.tempPaths[0]: `/var/run` is a symbolic link to `/run` wherever systemd runs, and hosts refuse paths through links → Write `/run/app`.',
      'error linked-path components.web0.tempPaths[1]: `/var/lock` is a symbolic link to `/run/lock` wherever systemd runs, and hosts refuse paths through links → Write `/run/lock/app`.',
    ],
  ],
  ['the same path without systemd', alone('tempPaths: [/var/run/app], serviceManager: sysv'), []],
  [
    'a path through a link of the distribution’s',
    alone('configPaths: [/lib/app.conf]'),
    [
      'warning linked-path components.web0.configPaths[0]: `/lib` is a symbolic link to `/usr/lib` on current distributions, and hosts refuse paths through links → Write `/usr/lib/app.conf`, unless these hosts have a `/lib` of their own.',
    ],
  ],
  [
    'a file of the kernel’s',
    alone('configPaths: [/proc/sys/vm/swappiness]'),
    [
      'error protected-directory components.web0.configPaths[0]: the files in `/proc` are the kernel’s and can be neither saved nor replaced → Name the file that sets it, such as one in /etc/sysctl.d.',
    ],
  ],
  [
    'a file that is usually a link',
    alone('configPaths: [/etc/nginx/sites-enabled/default]'),
    [
      'warning linked-path components.web0.configPaths[0]: `/etc/nginx/sites-enabled/default` is a symbolic link where the distribution’s tools have enabled it, and hosts refuse paths through links → Write `/etc/nginx/sites-available/default`, unless these hosts have a file there.',
    ],
  ],
  [
    'a directory that holds what is kept',
    alone(`tempPaths: [/srv/app], configPaths: [/srv/app/app.conf]`),
    [
      'error overlapping-paths components.web0.tempPaths[0]: clear_temp_files would empty `/srv/app`, and `configPaths.0` keeps `/srv/app/app.conf` → Name a directory that holds nothing but temporary files.',
    ],
  ],
  [
    'a directory that holds what another component keeps',
    withComponents(`${ON_A}, tempPaths: [/srv/app]`, `${ON_A}, configPaths: [/srv/app/app.conf]`),
    [
      'error overlapping-paths components.web0.tempPaths[0]: clear_temp_files would empty `/srv/app`, and `configPaths.0` of component `web1` keeps `/srv/app/app.conf` → Name a directory that holds nothing but temporary files.',
    ],
  ],
  [
    'a directory that may hold what another component keeps',
    withComponents(
      'targets: { tags: { a: b } }, tempPaths: [/srv/app]',
      `${ON_A}, configPaths: [/srv/app/app.conf]`,
    ),
    [
      'warning overlapping-paths components.web0.tempPaths[0]: clear_temp_files would empty `/srv/app`, and `configPaths.0` of component `web1` keeps `/srv/app/app.conf` → Name a directory that holds nothing but temporary files.',
    ],
  ],
  [
    'a file that holds files',
    alone('configPaths: [/etc/app/a, /etc/app/a/b]'),
    [
      'error overlapping-paths components.web0.configPaths[0]: `/etc/app/a` cannot be a file, since `/etc/app/a/b` is in it → Name each file, not the directory that holds it.',
    ],
  ],
  [
    'a directory where a file is needed',
    alone('configPaths: [/etc]'),
    [
      'error overlapping-paths components.web0.configPaths[0]: `/etc` is a directory, and a file is needed → Name each file, not the directory that holds it.',
    ],
  ],
  ['files beside each other', alone('configPaths: [/etc/app/a, /etc/app/ab, /srv/a]'), []],
  [
    'a file of a release',
    alone(`${RELEASE}, configPaths: [/srv/app/current/app.conf]`),
    [
      'error linked-path components.web0.configPaths[0]: `/srv/app/current` is the symbolic link to the release in use (`release.link`), and hosts refuse paths through links → Keep the file outside the releases, such as in `/srv/app/shared`, and name it there.',
    ],
  ],
  [
    'a directory of another component’s release',
    withComponents(`${ON_A}, ${RELEASE}`, `targets: { tags: { a: b } }, tempPaths: [/srv/app/current/tmp]`),
    [
      'warning linked-path components.web1.tempPaths[0]: `/srv/app/current` is the symbolic link to the release in use (`release.link` of component `web0`), and hosts refuse paths through links → Keep the directory outside the releases, such as in `/srv/app/shared`, and name it there.',
    ],
  ],
  [
    'releases behind their own link',
    alone('release: { link: /srv/app, directory: /srv/app/releases }'),
    [
      'error overlapping-paths components.web0.release.directory: `/srv/app` is the link to the release in use, so `/srv/app/releases` would be part of that release → Name the directory that holds the releases, such as `/srv/app/releases` for the link `/srv/app/current`.',
    ],
  ],
  [
    'a group without members',
    grouped('web: {}, db: {}', 2),
    [
      'warning group-without-members groups.db: no component is in this group → Add `group: db` to its components, or remove the group.',
    ],
  ],
  [
    'a group of one that is to stay healthy',
    grouped('web: { minHealthy: 1 }', 1),
    [
      'warning min-healthy-of-one groups.web.minHealthy: it counts components, and `web0` is the only one in this group: it is healed all the same, on all its targets → Set it to 0; to keep instances of `web0` healthy, set `minHealthyTargets` there.',
    ],
  ],
  ['a group of one that may fail', grouped('web: { minHealthy: 0 }', 1), []],
  [
    'a group that is never healed',
    grouped('web: { minHealthy: 2 }', 2),
    [
      'error min-healthy-unreachable groups.web.minHealthy: a component being healed counts as unhealthy, so a group of 2 that needs 2 healthy is never healed → Lower it to 1 or less.',
    ],
  ],
  ['a group that is healed one by one', grouped('web: { minHealthy: 1 }', 2), []],
  [
    'a budget that the fleet does not have',
    grouped('web: { maxInFlight: 3 }', 2, 'maxConcurrentRepairs: 2'),
    [
      'warning group-budget-exceeds-fleet groups.web.maxInFlight: never reached: settings.maxConcurrentRepairs allows 2 at once over all groups → Lower it to 2 or less, or raise `settings.maxConcurrentRepairs`.',
    ],
  ],
  ['a budget that is the fleet’s', grouped('web: { maxInFlight: 2 }', 2, 'maxConcurrentRepairs: 2'), []],
  [
    'a window that limits nothing',
    and(alone('signals: [cpu]'), 'windows: { nights: {} }'),
    [
      'warning window-without-use windows.nights: this window limits nothing: no settings, group or component names it → Add `window: nights` to the settings, to groups or to components, or remove the window.',
    ],
  ],
  [
    'a peer without anything to check',
    and(alone('signals: [cpu]'), 'peers: { bastion: {}, web0: {} }'),
    [
      'error missing-key peers.bastion: there is nothing to check; expected `url`, `tcp` or `agent` → Add `url:`, `tcp:` or `agent:`.',
      'error missing-key peers.web0: component `web0` has no health endpoint, and the peer names nothing else to check → Add `url:`, `tcp:` or `agent:`.',
    ],
  ],
  [
    'a component that only its own host reaches',
    alone('health: { url: "http://127.0.0.1:8080/", hostUrl: "http://127.0.0.1:8080/" }'),
    [
      'error unreachable-endpoint components.web0.health.url: 127.0.0.1 is requested by a Lambda function, for which this address is the function itself, or is never routed → Write an address that can be reached from outside the host (the address for checks on the host itself is `hostUrl`), or allow this one under `watchdog.allowedAddresses`.',
    ],
  ],
  [
    'peers that nobody reaches',
    and(
      alone('signals: [cpu]'),
      'peers: { a: { url: "http://localhost/", component: web0 }, b: { tcp: "[::1]:22", component: web0 } }',
    ),
    [
      'error unreachable-endpoint peers.a.url: localhost is requested by a Lambda function, for which this address is the function itself, or is never routed → Write an address that can be reached from outside the host, or allow this one under `watchdog.allowedAddresses`.',
      'error unreachable-endpoint peers.b.tcp: [::1] is requested by a Lambda function, for which this address is the function itself, or is never routed → Write an address that can be reached from outside the host, or allow this one under `watchdog.allowedAddresses`.',
    ],
  ],
  [
    'two components with one service',
    withComponents(`${ON_A}`, `${ON_A}`).replace('web1.service', 'web0.service'),
    [
      'warning shared-host-and-service components.web1.targets.instanceIds: component `web0` also has `web0.service` on i-0123456789abcdef0, so only one of the two is repaired at a time → Make them one component, or correct the host or the service of one.',
    ],
  ],
  [
    'two components with one service, of which one is never healed',
    withComponents(`${ON_A}, excluded: true`, `${ON_A}`).replace('web1.service', 'web0.service'),
    [],
  ],
  [
    'two components that are one database',
    alike(['targets: { dbInstance: shop }', 'targets: { dbInstance: shop }'], NOTIFY),
    [
      'warning shared-resource components.web1.targets.dbInstance: component `web0` also has `shop`, so only one of the two is repaired at a time → Make them one component, or correct the target of one.',
    ],
  ],
  [
    'two components of one size',
    alike(
      [
        'targets: { autoScalingGroup: shop }, service: a.service',
        'targets: { autoScalingGroup: shop }, service: b.service',
      ],
      '{ type: scale_resources, params: { to: 3 } }',
    ),
    [
      'warning shared-resource components.web1.targets.autoScalingGroup: strategies also set the size of `shop` for component `web0`: neither undoes what was set for the other since → Let strategies for one of the two set it.',
    ],
  ],
  [
    'two components of one time-out',
    alike(
      [
        `targets: { ecsService: prod/a }, loadBalancer: "${BALANCER}"`,
        `targets: { ecsService: prod/b }, loadBalancer: "${BALANCER}"`,
      ],
      '{ type: adjust_timeout, params: { to: 2m } }',
    ),
    [
      'warning shared-resource components.web1.loadBalancer: strategies also set the idle time-out of `arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef` for component `web0`: neither undoes what was set for the other since → Let strategies for one of the two set it.',
    ],
  ],
  [
    'what only hosts have',
    alike(
      [
        'targets: { lambdaAlias: a:live }, service: a.service, configPaths: [/etc/a], tempPaths: [/srv/tmp]',
        'targets: { custom: shop }, codeDeploy: shop/prod, targetGroup: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"',
      ],
      NOTIFY,
    ),
    [
      'error hosts-needed components.web0.service: `service` is on hosts, and component `web0` has a `lambdaAlias` target → Remove `service:`, or choose hosts by `instanceIds`, `tags` or `autoScalingGroup`.',
      'error hosts-needed components.web0.configPaths: `configPaths` is on hosts, and component `web0` has a `lambdaAlias` target → Remove `configPaths:`, or choose hosts by `instanceIds`, `tags` or `autoScalingGroup`.',
      'error hosts-needed components.web0.tempPaths: `tempPaths` is on hosts, and component `web0` has a `lambdaAlias` target → Remove `tempPaths:`, or choose hosts by `instanceIds`, `tags` or `autoScalingGroup`.',
      'error hosts-needed components.web1.codeDeploy: `codeDeploy` is on hosts, and component `web1` has a `custom` target → Remove `codeDeploy:`, or choose hosts by `instanceIds`, `tags` or `autoScalingGroup`.',
      'error hosts-needed components.web1.targetGroup: `targetGroup` is on hosts, and component `web1` has a `custom` target → Remove `targetGroup:`, or choose hosts by `instanceIds`, `tags` or `autoScalingGroup`.',
    ],
  ],
  [
    'what CodeDeploy knows',
    alike(
      [
        'targets: { lambdaAlias: a:live }, codeDeploy: shop/prod',
        'targets: { ecsService: prod/b }, codeDeploy: shop/other',
      ],
      NOTIFY,
    ),
    [],
  ],
];

describe('a component', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
