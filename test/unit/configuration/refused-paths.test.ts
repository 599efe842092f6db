import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { componentText, expectProblem, MEMORY_ALARM, ONE_HOST, problemsOf } from './configuration-text.ts';
import { everything, findings } from './every-action.ts';

describe('a path that every host refuses', () => {
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
    const problem = expectProblem(componentText(ONE_HOST, 'service: a.service', MEMORY_ALARM, line), {
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
      componentText(ONE_HOST, 'service: a.service', MEMORY_ALARM, `configPaths: [▼${file}]`),
      { code: 'linked-path', path: 'components.web.configPaths[0]', severity: 'warning' },
    );
    expect(problem.message).toContain(`\`${file}\` is a symbolic link`);
    expect(problem.remedy).toContain(remedy);
  });

  it.each(['/etc/nginx/sites-available/default', '/etc/nginx/sites-enabled-too', '/etc/resolv.conf.d/one'])(
    'causes no warning where files are files: %s',
    (file) =>
      expect(
        problemsOf(componentText(ONE_HOST, 'service: a.service', MEMORY_ALARM, `configPaths: [${file}]`)),
      ).toEqual([]),
  );

  it('does not include the links by which certbot offers a certificate', () => {
    const live = '/etc/letsencrypt/live/shop';
    const certificate = `certificate: { keyFile: ${live}/privkey.pem, certificateFile: ${live}/fullchain.pem, names: [a.example.com], certbot: {} }`;
    expect(problemsOf(componentText(ONE_HOST, 'service: a.service', MEMORY_ALARM, certificate))).toEqual([]);
  });

  it('causes a warning where only current distributions have a link', () => {
    const text = componentText(
      ONE_HOST,
      'service: a.service',
      MEMORY_ALARM,
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
