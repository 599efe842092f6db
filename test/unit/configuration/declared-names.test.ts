import { describe, expect, it } from 'vitest';
import {
  absolutePath,
  directoryOf,
  fileOfService,
} from '../../../functions/core/configuration/declared-names.ts';

const messageOf = (
  schema: { safeParse: (value: unknown) => { error?: { issues: { message: string }[] } | undefined } },
  path: string,
) => schema.safeParse(path).error?.issues[0]?.message;

describe('a path', () => {
  it.each(['/srv/./web', '/srv/../etc/passwd', '/srv/web/..', '/srv/.'])(
    'that is not normalised is refused: %s',
    (path) => expect(messageOf(absolutePath, path)).toBe('a path without . and .. parts'),
  );

  it.each(['/srv/.hidden', '/srv/a..b', '/srv/web.d'])('may have dots in its names: %s', (path) =>
    expect(messageOf(absolutePath, path)).toBeUndefined(),
  );
});

describe('a file of the service’s own', () => {
  const file = fileOfService('/etc/web/tls/key.pem');

  it('may be in /etc, and not in a directory of the system', () => {
    expect(messageOf(file, '/etc/web/tls/key.pem')).toBeUndefined();
    expect(messageOf(file, '/usr/bin/web')).toBe(
      'a file of the service’s own, such as /etc/web/tls/key.pem: /usr/bin/web belongs to /usr',
    );
  });

  it('may be in a directory whose name begins like one of the system’s', () => {
    expect(messageOf(file, '/usrlocal/web.pem')).toBeUndefined();
  });
});

it('refuses a directory that is not the service’s own', () => {
  const directory = directoryOf('a directory of releases', '/srv/web/releases');
  expect(messageOf(directory, '/srv/web/releases')).toBeUndefined();
  expect(messageOf(directory, '/usr/bin')).toMatch(
    /^a directory of releases, such as \/srv\/web\/releases: \/usr\/bin \S/,
  );
});
