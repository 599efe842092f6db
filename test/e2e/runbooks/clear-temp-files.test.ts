import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, startBench } from './bench.ts';

describe.skipIf(!requirement('hosts'))('clear_temp_files', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());
  beforeEach(() =>
    bench.sh(
      'rm -rf /var/tmp/app /srv/outside; mkdir -p /var/tmp/app/deep /srv/outside; echo keep >/srv/outside/file',
    ),
  );

  it('deletes files at any depth, keeps directories, and reports what was freed', async () => {
    await bench.sh(
      'head -c 1M /dev/urandom >/var/tmp/app/big; head -c 64K /dev/urandom >"/var/tmp/app/deep/odd name\n"',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app' });
    expect(outcome).toMatchObject({ status: 'Success', result: { files: 2, bytes: 1_114_112 } });
    expect(await bench.sh('find /var/tmp/app')).toBe('/var/tmp/app\n/var/tmp/app/deep');
  });

  it('says whose open files keep their space', async () => {
    await bench.sh(`head -c 1M /dev/urandom >'/var/tmp/app/deep/[open] file'
      systemd-run --quiet --unit=holder --property='StandardInput=file:/var/tmp/app/deep/[open] file' sleep infinity`);
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app/deep' });
    await bench.sh('systemctl stop holder');
    expect(outcome).toMatchObject({
      status: 'Success',
      result: {
        files: 1,
        remark: expect.stringMatching(/such as .*\[open\] file in process \d+ \(sleep\); restart what holds/),
      },
    });
    const again = await bench.run('clear_temp_files', { paths: '/var/tmp/app' });
    expect(again.result).not.toHaveProperty('remark');
  });

  it('deletes only files older than asked', async () => {
    await bench.sh(
      'echo new >/var/tmp/app/new; echo old >/var/tmp/app/old; touch -d "2 hours ago" /var/tmp/app/old',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app', olderThanMinutes: '60' });
    expect(outcome.result).toMatchObject({ files: 1 });
    expect(await bench.sh('ls /var/tmp/app')).toBe('deep\nnew');
  });

  it('deletes a symbolic link, never what it leads to', async () => {
    await bench.sh('ln -s /srv/outside /var/tmp/app/directory; ln -s /srv/outside/file /var/tmp/app/file');
    expect((await bench.run('clear_temp_files', { paths: '/var/tmp/app' })).result).toMatchObject({
      files: 2,
    });
    expect(await bench.sh('cat /srv/outside/file')).toBe('keep');
  });

  it('enters no other file system', async () => {
    await bench.sh(
      'mkdir /var/tmp/app/mounted; mount -t tmpfs none /var/tmp/app/mounted; echo keep >/var/tmp/app/mounted/file',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app' });
    expect(await bench.sh('cat /var/tmp/app/mounted/file; umount /var/tmp/app/mounted')).toBe('keep');
    expect(outcome).toMatchObject({ status: 'Success', result: { files: 0 } });
  });

  it('deletes nothing elsewhere when a directory above becomes a link meanwhile', async () => {
    await bench.sh(
      'mkdir /srv/outside/deep; echo keep >/srv/outside/deep/file; echo x >/var/tmp/app/deep/file',
    );
    const outcome = await bench.runUnchecked('clear_temp_files', { paths: '/var/tmp/app/deep' }, (script) => {
      const line = / doing "deleting files below .*$/m;
      expect(script).toMatch(line);
      return script.replace(
        line,
        (found) => `${found}\nmv /var/tmp/app /var/tmp/moved; ln -s /srv/outside /var/tmp/app`,
      );
    });
    expect(await bench.sh('cat /srv/outside/deep/file; rm -r /var/tmp/moved /var/tmp/app')).toBe('keep');
    expect(outcome).toMatchObject({ exitCode: 1, code: 'CHANGED_MEANWHILE' });
  });

  it('frees a disk that is all but full, where other runbooks refuse to act', async () => {
    await bench.sh(
      'head -c 2G /dev/zero >/var/tmp/app/huge 2>/dev/null || true; truncate -s -400K /var/tmp/app/huge',
    );
    const other = await bench.run('graceful_stop', { service: 'nginx.service' });
    expect(other).toMatchObject({ exitCode: 2, code: 'DISK_FULL' });
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app' });
    expect(outcome).toMatchObject({ status: 'Success', result: { files: 1 } });
    expect((await bench.run('graceful_stop', { service: 'nginx.service' })).status).toBe('Success');
  });

  it('fails rather than reporting success when a file cannot be deleted', async () => {
    await bench.sh(
      'mkdir /var/tmp/app/ro; mount -t tmpfs none /var/tmp/app/ro; echo x >/var/tmp/app/ro/file; mount -o remount,ro /var/tmp/app/ro',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app/ro' });
    await bench.sh('umount /var/tmp/app/ro');
    expect(outcome).toMatchObject({ status: 'Failed', code: 'NOT_DELETED' });
    expect(outcome.message).toContain(
      "1 files could not be deleted, such as: find: cannot delete '/var/tmp/app/ro/file'",
    );
  });

  it.each([
    ['/tmp', 'PROTECTED_PATH'],
    ['/var', 'PROTECTED_PATH'],
    ['/var/', 'INVALID_PARAMETER'],
    ['/home', 'PROTECTED_PATH'],
    ['/home/someone', 'PROTECTED_PATH'],
    ['/etc/nginx', 'PROTECTED_PATH'],
    ['/usr/local/share', 'PROTECTED_PATH'],
    ['/boot/grub', 'PROTECTED_PATH'],
    ['/lib64/x', 'PROTECTED_PATH'],
    ['/var/lib', 'PROTECTED_PATH'],
    ['/var/lib/selfheal/ledger', 'PROTECTED_PATH'],
    ['/var/tmp/../../etc', 'INVALID_PATH'],
    ['/var/tmp/app,/var//tmp', 'INVALID_PARAMETER'],
    ['/var/tmp/nothing', 'PATH_MISSING'],
    ['/srv/outside/file', 'NOT_A_DIRECTORY'],
  ])('refuses %s before anything is deleted', async (paths, code) => {
    await bench.sh('echo keep >/var/tmp/app/file');
    // Some of these the document refuses already; the host does not rely on it.
    const outcome = await bench.runUnchecked('clear_temp_files', { paths: `/var/tmp/app,${paths}` });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 2, code });
    expect(await bench.sh('cat /var/tmp/app/file')).toBe('keep');
  });

  it('refuses a directory that is reached by a symbolic link', async () => {
    await bench.sh('ln -s /srv/outside /var/tmp/app/link');
    expect(await bench.run('clear_temp_files', { paths: '/var/tmp/app/link' })).toMatchObject({
      exitCode: 2,
      code: 'SYMBOLIC_LINK',
    });
    expect(await bench.sh('cat /srv/outside/file')).toBe('keep');
  });

  it('does not fail if files vanish meanwhile', async () => {
    await bench.sh(`mkdir -p /var/tmp/busy/deep
      systemd-run --quiet --unit=busy bash -c 'cd /var/tmp/busy; while :; do touch deep/{1..400} {1..400}; rm -f deep/* [0-9]*; done'`);
    for (const _ of [1, 2, 3])
      expect((await bench.run('clear_temp_files', { paths: '/var/tmp/busy' })).status).toBe('Success');
    await bench.sh('systemctl stop busy');
  });

  it('enters no part of the same file system that is mounted below', async () => {
    await bench.sh(
      'mkdir -p "/var/tmp/app/moun[t] ed" /srv/data; echo keep >/srv/data/file; echo x >/var/tmp/app/x; mount --bind /srv/data "/var/tmp/app/moun[t] ed"',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/tmp/app' });
    await bench.sh('umount "/var/tmp/app/moun[t] ed"');
    expect(outcome).toMatchObject({ status: 'Success', result: { files: 1 } });
    expect(await bench.sh('cat /srv/data/file')).toBe('keep');
  });
});
