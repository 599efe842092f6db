import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { A, alone, B, withComponents } from './services-text.ts';

const RELEASE = 'release: { link: /srv/app/current, directory: /srv/app/releases }';
const TLS = 'keyFile: /srv/app/current/key.pem, certificateFile: /etc/tls/a.pem, names: [a.example.com]';

describe('the directory of releases', () => {
  it.each(['/srv/app', '/srv/app/releases'])('is refused behind the link /srv/app: %s', (directory) => {
    expectProblem(alone(`release: { link: /srv/app, directory: ▼${directory} }`), {
      code: 'overlapping-paths',
      path: 'components.web0.release.directory',
    });
  });
});

describe('a path through the link to the release in use', () => {
  it.each([
    ['configPaths: [▼/srv/app/current/app.conf]', 'configPaths[0]', 'the file'],
    ['configPaths: [/etc/app.conf, ▼/srv/app/current]', 'configPaths[1]', 'the file'],
    ['tempPaths: [▼/srv/app/current/tmp]', 'tempPaths[0]', 'the directory'],
    [
      'database: { engine: redis, dataDirectory: ▼/srv/app/current/data }',
      'database.dataDirectory',
      'the directory',
    ],
    ['rules: { engine: nginx, files: [▼/srv/app/current/rules.conf] }', 'rules.files[0]', 'the file'],
    [`certificate: { ${TLS.replace('/srv', '▼/srv')} }`, 'certificate.keyFile', 'the file'],
  ])('is refused, since hosts refuse it: %s', (lines, path, what) => {
    const { message, remedy } = expectProblem(alone(`${RELEASE}, ${lines}`), {
      code: 'linked-path',
      path: `components.web0.${path}`,
    });
    expect(message).toBe(
      '`/srv/app/current` is the symbolic link to the release in use (`release.link`), and hosts refuse paths through links',
    );
    expect(remedy).toBe(
      `Keep ${what} outside the releases, such as in \`/srv/app/shared\`, and name it there.`,
    );
  });

  it.each([
    ['one host', `instanceIds: [${A}]`, `instanceIds: [${A}, ${B}]`, 'error'],
    ['one selector', 'tags: { role: web }', 'tags: { role: web }', 'error'],
    ['perhaps one host', 'tags: { role: web }', `instanceIds: [${A}]`, 'warning'],
  ] as const)('is refused to another component on %s', (_, one, other, severity) => {
    const text = withComponents(
      `targets: { ${one} }, ${RELEASE}`,
      `targets: { ${other} }, configPaths: [▼/srv/app/current/app.conf]`,
    );
    const { message } = expectProblem(text, {
      code: 'linked-path',
      path: 'components.web1.configPaths[0]',
      severity,
    });
    expect(message).toContain('(`release.link` of component `web0`)');
  });

  it('is refused as the link to the releases of another component', () => {
    const text = withComponents(
      `targets: { instanceIds: [${A}] }, ${RELEASE}`,
      `targets: { instanceIds: [${A}] }, release: { link: ▼/srv/app/current/plugin, directory: /srv/plugins }`,
    );
    expect(
      expectProblem(text, { code: 'linked-path', path: 'components.web1.release.link' }).remedy,
    ).toContain('Keep the link outside the releases');
  });

  it.each([
    ['other hosts', `instanceIds: [${B}]`, 'configPaths: [/srv/app/current/app.conf]'],
    ['a file beside the link', `instanceIds: [${A}]`, 'configPaths: [/srv/app/current.conf]'],
    ['a file of one release', `instanceIds: [${A}]`, 'configPaths: [/srv/app/releases/v1/app.conf]'],
    ['the same link', `instanceIds: [${A}]`, RELEASE],
  ])('is not seen in %s', (_, targets, lines) => {
    const text = withComponents(
      `targets: { instanceIds: [${A}] }, ${RELEASE}`,
      `targets: { ${targets} }, ${lines}`,
    );
    expect(problemsOf(text)).toEqual([]);
  });
});
