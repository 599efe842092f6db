// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { casesToTry } from '../../thoroughness.ts';
import { type Bench, startBench } from './bench.ts';

describe.skipIf(!requirement('hosts'))('what the start of a unit needs', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  const NEEDS = [
    ['a program', 'ExecStart=/no/such/program', 'is to run /no/such/program'],
    ['a file of variables', 'EnvironmentFile=/no/such/file', 'is to read /no/such/file'],
    ['a working directory', 'WorkingDirectory=/no/such/directory', 'is to work in /no/such/directory'],
    ['a user', 'User=no-such-user', 'is to run as no-such-user'],
    ['a group', 'Group=no-such-group', 'is to run with the group no-such-group'],
    ['a further group', 'SupplementaryGroups=adm no-such-group', 'is to run with the group no-such-group'],
    ['a program that runs first', 'ExecStartPre=/no/such/check', 'is to run /no/such/check'],
    ['a program that decides', 'ExecCondition=/no/such/check', 'is to run /no/such/check'],
    ['a directory to write to', 'ReadWritePaths=/no/such/directory', 'is to use /no/such/directory'],
    [
      'a directory beside its own',
      'RuntimeDirectory=own\nReadWritePaths=/no/such/directory',
      'is to use /no/such/directory',
    ],
    ['a directory for its output', 'StandardOutput=append:/no/such/log', 'is to write to /no/such/log'],
    [
      'a directory for its output that its start makes too late',
      'LogsDirectory=late\nStandardOutput=append:/var/log/late/log',
      'is to write to /var/log/late/log',
    ],
    ['a directory for its errors', 'StandardError=file:/no/such/log', 'is to write to /no/such/log'],
    ['a file system', '[Unit]\nRequiresMountsFor=/mnt/gone', 'is to mount /no/such/image'],
    ['another unit', '[Unit]\nRequires=no-such.service', 'needs no-such.service, which is not-found'],
    [
      'a path that it is started for',
      '[Unit]\nConditionPathExists=/no/such/path',
      'only if ConditionPathExists=/no/such/path',
    ],
    [
      'a directory that must be there',
      '[Unit]\nAssertPathIsDirectory=/etc/passwd',
      'only if AssertPathIsDirectory=/etc/passwd',
    ],
  ] as const;

  it.each(casesToTry(NEEDS))(
    'neither stops nor restarts a unit that needs %s that the host lacks',
    async (_, line, expected) => {
      await bench.installUnit('mnt-gone.mount', '[Mount]\nWhat=/no/such/image\nWhere=/mnt/gone\n');
      await bench.installUnit('needy.service', '[Service]\nPrivateTmp=yes\nExecStart=/bin/sleep infinity\n');
      await bench.sh('systemctl start needy');
      const sound = line.startsWith('ExecStart=') ? '' : 'ExecStart=/bin/sleep infinity\n';
      await bench.installUnit('needy.service', `[Service]\n${sound}${line}\n`);
      const restarted = await bench.run('start_component', { service: 'needy.service', mode: 'restart' });
      const stopped = await bench.run('graceful_stop', { service: 'needy.service' });
      for (const outcome of [restarted, stopped]) {
        expect(outcome).toMatchObject({ exitCode: 2, code: 'CONFIG_INVALID' });
        expect(outcome.message).toContain(expected);
      }
      expect(await bench.unitStates('needy')).toBe('active');
      await bench.sh('systemctl stop needy');
    },
  );

  const HARMLESS = [
    ['EnvironmentFile=-/no/such/file'],
    ['EnvironmentFile=/etc/hos*'],
    ['WorkingDirectory=-/no/such/directory'],
    ['ExecStartPre=/bin/cp /bin/sleep /run/made-first'],
    ['BindReadOnlyPaths=/etc:/made-for-it\nWorkingDirectory=/made-for-it'],
    ['ExecStartPre=-/no/such/check'],
    ['ExecCondition=true'],
    ['Group=1'],
    ['DynamicUser=yes\nGroup=no-such-group'],
    ['ReadWritePaths=-/no/such/directory /run'],
    ['RuntimeDirectory=made-for-it\nReadWritePaths=/run/made-for-it'],
    ['StandardOutput=append:/no/such/log\nStandardOutput=append:/run/content.log'],
    ['StandardOutput=append:/no/such/log\nStandardOutput=append:/run/%p.log'],
    ['StateDirectory=made-for-it\nWorkingDirectory=/var/lib/made-for-it'],
    ['[Unit]\nConditionPathExists=!/no/such/path'],
    ['[Unit]\nConditionPathExists=/srv/größe'],
    ['[Unit]\nConditionPathExists=|/no/such/path\nConditionPathExists=|/etc'],
    ['[Unit]\nWants=maker.service\nAfter=maker.service\nConditionPathExists=/run/made-by-another'],
    ['[Unit]\nWants=maker.service\nAfter=maker.service\n[Service]\nEnvironmentFile=/run/made-by-another'],
    ['[Unit]\nRequiresMountsFor=/mnt/my-data'],
    ['[Unit]\nRequiresMountsFor=/etc/nginx\nConditionFileNotEmpty=/etc/passwd'],
  ] as const;

  it.each(casesToTry(HARMLESS))('restarts a unit that %s does not keep from starting', async (line) => {
    await bench.installUnit(
      'maker.service',
      '[Service]\nType=oneshot\nExecStart=/bin/touch /run/made-by-another\n',
    );
    await bench.installUnit('content.service', `[Service]\nExecStart=/run/made-first infinity\n${line}\n`);
    await bench.sh(`mkdir -p /srv/größe /mnt/my-data; mountpoint -q /mnt/my-data || mount -t tmpfs none /mnt/my-data
      cp /bin/sleep /run/made-first; systemctl start content`);
    if (line.includes('made-first')) await bench.sh('rm /run/made-first');
    if (line.includes('RuntimeDirectory')) await bench.sh('rm -r /run/made-for-it');
    if (line.includes('StateDirectory')) await bench.sh('rm -r /var/lib/made-for-it');
    if (line.includes('maker')) await bench.sh('rm /run/made-by-another');
    const outcome = await bench.run('start_component', { service: 'content.service', mode: 'restart' });
    expect(outcome).toMatchObject({ status: 'Success' });
    await bench.sh('systemctl stop content');
  });

  it('restarts a unit whose user and directory are named after its instance, and its program found on the path', async () => {
    await bench.installUnit(
      'named@.service',
      '[Service]\nExecStart=sleep infinity\nUser=%i\nGroup=daemon\nWorkingDirectory=/home/%i\n',
    );
    await bench.sh('mkdir -p /home/games; systemctl start named@games');
    const outcome = await bench.run('start_component', { service: 'named@games.service', mode: 'restart' });
    expect(outcome).toMatchObject({ status: 'Success', message: '' });
    await bench.sh('systemctl stop named@games');
  });

  it('restarts an instance of a template whose slice has a name that systemctl quotes', async () => {
    await bench.installUnit('foo-bar@.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.sh('systemctl start foo-bar@x');
    const outcome = await bench.run('start_component', { service: 'foo-bar@x.service', mode: 'restart' });
    expect(outcome).toMatchObject({ status: 'Success', message: '' });
    await bench.sh('systemctl stop foo-bar@x');
  });

  it('restarts a server that has changed its root directory itself', async () => {
    await bench.installUnit(
      'jailed.service',
      `[Service]\nExecStart=/usr/bin/python3 -c "import os, time; os.chroot('/run/jail'); time.sleep(1e6)"\nWorkingDirectory=/etc\n`,
    );
    await bench.sh(`mkdir -p /run/jail; systemctl start jailed
      until [ "$(readlink /proc/$(systemctl show -p MainPID --value jailed)/root)" = /run/jail ]; do sleep 0.1; done`);
    const outcome = await bench.run('start_component', { service: 'jailed.service', mode: 'restart' });
    expect(outcome).toMatchObject({ status: 'Success', message: '' });
    await bench.sh('systemctl stop jailed');
  });

  it('restarts a unit whose process ends while it is looked at', async () => {
    await bench.installUnit(
      'crash.service',
      '[Service]\nExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=1h\n',
    );
    await bench.sh('systemctl start crash');
    const outcome = await bench.runUnchecked(
      'start_component',
      { service: 'crash.service', mode: 'restart' },
      (script) =>
        script.replace(
          'before=$fault\n',
          'before=$fault\nkill -KILL $(cut -d / -f 3 <<<"$root")\nsleep 0.5\n',
        ),
    );
    expect(outcome).toMatchObject({ exitCode: 0, message: '' });
    await bench.sh('systemctl stop crash');
  });

  it('stops a unit that needs a share of another host, which is not mounted', async () => {
    await bench.installUnit('mnt-share.mount', '[Mount]\nWhat=//server/share\nWhere=/mnt/share\nType=cifs\n');
    await bench.installUnit('sharing.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.sh('systemctl start sharing');
    await bench.installUnit(
      'sharing.service',
      '[Unit]\nRequires=mnt-share.mount\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    expect(await bench.run('graceful_stop', { service: 'sharing.service' })).toMatchObject({
      status: 'Success',
      result: { state: 'inactive' },
    });
  });
});
