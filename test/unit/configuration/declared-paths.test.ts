import { expect, it } from 'vitest';
import { declaredPaths } from '../../../functions/core/configuration/declared-paths.ts';
import { configured } from '../../factories/configuration.ts';

function pathsOf(fields: object) {
  const { web } = configured({ components: { web: { ...fields } } }).components;
  if (web === undefined) throw new Error('no component');
  return declaredPaths(web).map(({ at, path, role }) => `${role} ${at.join('.')} ${path}`);
}

it('lists every path that a component names, with what may be done to it', () => {
  const paths = pathsOf({
    configPaths: ['/etc/web/one.conf', '/etc/web/two.conf'],
    tempPaths: ['/srv/web/tmp'],
    rules: { engine: 'haproxy', files: ['/etc/haproxy/rules/one.cfg'] },
    release: { link: '/srv/web/current', directory: '/srv/web/releases' },
    certificate: {
      keyFile: '/etc/web/tls/key.pem',
      certificateFile: '/etc/web/tls/certificate.pem',
      names: ['web.example.com'],
      authority: { keyFile: '/etc/web/ca/key.pem', certificateFile: '/etc/web/ca/certificate.pem' },
    },
    database: { engine: 'postgresql', dataDirectory: '/srv/db/data', backupDirectory: '/srv/backups' },
  });
  expect(paths).toEqual([
    'file configPaths.0 /etc/web/one.conf',
    'file configPaths.1 /etc/web/two.conf',
    'emptied tempPaths.0 /srv/web/tmp',
    'file rules.files.0 /etc/haproxy/rules/one.cfg',
    'link release.link /srv/web/current',
    'tree release.directory /srv/web/releases',
    'file certificate.keyFile /etc/web/tls/key.pem',
    'file certificate.certificateFile /etc/web/tls/certificate.pem',
    'file certificate.authority.keyFile /etc/web/ca/key.pem',
    'file certificate.authority.certificateFile /etc/web/ca/certificate.pem',
    'tree database.dataDirectory /srv/db/data',
    'tree database.backupDirectory /srv/backups',
  ]);
});

it('lists no path of a component that names none', () => {
  expect(pathsOf({})).toEqual([]);
});
