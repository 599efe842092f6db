import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { A, alone, B, withComponents } from './services-text.ts';

const DATABASE = 'database: { engine: redis, dataDirectory: /srv/db/data, backupDirectory: /srv/copies }';

describe('a directory that clear_temp_files empties', () => {
  it.each([
    ['holds the data', `tempPaths: [▼/srv/db], ${DATABASE}`, 'database.dataDirectory'],
    ['is the data', `tempPaths: [▼/srv/db/data], ${DATABASE}`, 'database.dataDirectory'],
    ['is in the data', `tempPaths: [▼/srv/db/data/tmp], ${DATABASE}`, 'database.dataDirectory'],
    ['holds the backups', `tempPaths: [▼/srv/copies], ${DATABASE}`, 'database.backupDirectory'],
    [
      'holds a configuration file',
      'tempPaths: [▼/srv/app], configPaths: [/srv/app/app.conf]',
      'configPaths.0',
    ],
    [
      'holds the releases',
      'tempPaths: [▼/srv/app], release: { link: /srv/current, directory: /srv/app/releases }',
      'release.directory',
    ],
    [
      'holds the link to the release',
      'tempPaths: [▼/srv/app], release: { link: /srv/app/current, directory: /srv/releases }',
      'release.link',
    ],
  ])('is refused if it %s', (_, lines, field) => {
    const { message } = expectProblem(alone(lines), {
      code: 'overlapping-paths',
      path: 'components.web0.tempPaths[0]',
    });
    expect(message).toContain(`\`${field}\` keeps`);
  });

  it.each([
    ['one host', `instanceIds: [${A}]`, `instanceIds: [${A}, ${B}]`, 'error'],
    ['one selector', 'tags: { role: web }', 'tags: { role: web }', 'error'],
    ['perhaps one host', 'tags: { role: web }', `instanceIds: [${A}]`, 'warning'],
  ] as const)('must not hold the data of another component on %s', (_, one, other, severity) => {
    const text = withComponents(
      `targets: { ${one} }, tempPaths: [▼/srv/db]`,
      `targets: { ${other} }, ${DATABASE}`,
    );
    const { message } = expectProblem(text, {
      code: 'overlapping-paths',
      path: 'components.web0.tempPaths[0]',
      severity,
    });
    expect(message).toContain('of component `web1` keeps `/srv/db/data`');
  });

  it.each([
    [
      'other hosts',
      `targets: { instanceIds: [${A}] }, tempPaths: [/srv/db]`,
      `targets: { instanceIds: [${B}] }, ${DATABASE}`,
    ],
    [
      'names that only begin alike',
      `targets: { instanceIds: [${A}] }, tempPaths: [/srv/db/da]`,
      `targets: { instanceIds: [${A}] }, ${DATABASE}`,
    ],
  ])('is accepted with data on %s', (_, one, other) => {
    expect(problemsOf(withComponents(one, other))).toEqual([]);
  });
});

describe('a file', () => {
  it.each([
    ['configPaths: [▼/etc/app/a, /etc/app/a/b]', 'configPaths[0]', 'since `/etc/app/a/b` is in it'],
    ['configPaths: [▼/etc]', 'configPaths[0]', 'is a directory'],
    ['configPaths: [▼/var/lib]', 'configPaths[0]', 'is a directory'],
  ])('is refused where a directory must be: %s', (lines, path, expected) => {
    const { message } = expectProblem(alone(lines), {
      code: 'overlapping-paths',
      path: `components.web0.${path}`,
    });
    expect(message).toContain(expected);
  });
});
