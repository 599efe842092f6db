import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

describe.skipIf(!requirement('hosts'))('units that live with others', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  it('graceful_stop stops what would start the unit again, and a start brings that back', async () => {
    await bench.installUnit('door.socket', '[Socket]\nListenStream=7100\n');
    await bench.installUnit('door.timer', '[Timer]\nOnActiveSec=1\nOnUnitInactiveSec=1\nAccuracySec=100ms\n');
    await bench.installUnit('door.path', '[Path]\nPathExists=/run\n');
    await bench.installUnit('door.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.sh('systemctl start door.socket door.timer door.path door.service');
    const stopped = await bench.run('graceful_stop', { service: 'door.service' });
    expect(stopped).toMatchObject({ status: 'Success', result: { state: 'inactive' } });
    const visitor = connect(7100, bench.host.ip).on('error', () => {});
    await bench.sh('sleep 2.5');
    visitor.destroy();
    expect(await bench.unitStates('door.service', 'door.socket')).toBe('inactive inactive');
    // A second stop finds them stopped, and must not forget them.
    await bench.run('graceful_stop', { service: 'door.service' });
    expect(await bench.run('start_component', { service: 'door.service' })).toMatchObject({
      message: '',
      status: 'Success',
    });
    expect(await bench.unitStates('door.service', 'door.socket', 'door.timer', 'door.path')).toBe(
      'active active active active',
    );
  });

  it('graceful_stop does not stop a unit that another one would have started again', async () => {
    await bench.installUnit('held.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.installUnit(
      'holder.service',
      '[Unit]\nUpholds=held.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.sh('systemctl start holder held');
    const main = () => bench.sh('systemctl show -p MainPID --value held');
    const before = await main();
    const refused = await bench.run('graceful_stop', { service: 'held.service' });
    expect(refused).toMatchObject({
      exitCode: 2,
      code: 'UNIT_REFUSES',
      message: expect.stringContaining('holder.service upholds held.service'),
    });
    expect(await main()).toBe(before);
    await bench.sh('systemctl stop holder');
    expect((await bench.run('graceful_stop', { service: 'held.service' })).status).toBe('Success');
    expect(await bench.unitStates('held')).toBe('inactive');
  });

  it('graceful_stop does not kill what somebody else has started meanwhile, and says that it runs again', async () => {
    await bench.installUnit('prodded.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.installUnit(
      'prodder.service',
      '[Service]\nExecStart=/bin/sh -c "while sleep 0.02; do systemctl start prodded; done"\n',
    );
    await bench.sh('systemctl start prodded prodder');
    const outcome = await bench.run('graceful_stop', { service: 'prodded.service', graceSeconds: '2' });
    expect(outcome).toMatchObject({
      exitCode: 1,
      code: 'STILL_RUNNING',
      message: expect.stringContaining('again; find out what starts it'),
    });
    await bench.sh('systemctl stop prodder');
    expect(await bench.sh('journalctl -u prodded --output=cat | grep -c "status=9/KILL" || true')).toBe('0');
  });

  it('a start brings back the units that stopped with the unit, and no others', async () => {
    await bench.installUnit('base.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.installUnit(
      'user.service',
      '[Unit]\nRequires=base.service\nAfter=base.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.installUnit(
      'user-of-user.service',
      '[Unit]\nBindsTo=user.service\nAfter=user.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.installUnit(
      'requisite.service',
      '[Unit]\nRequisite=base.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.installUnit(
      'following.service',
      '[Unit]\nStopPropagatedFrom=base.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.installUnit(
      'idle.service',
      '[Unit]\nRequires=base.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    const stopping = ['base', 'user', 'user-of-user', 'requisite', 'following'];
    await bench.sh('systemctl start base user-of-user; systemctl start requisite following');
    await bench.run('graceful_stop', { service: 'base.service' });
    expect(await bench.unitStates(...stopping)).toBe(stopping.map(() => 'inactive').join(' '));
    await bench.run('start_component', { service: 'base.service' });
    expect(await bench.unitStates(...stopping, 'idle')).toBe(
      `${stopping.map(() => 'active').join(' ')} inactive`,
    );
  });

  it('a start brings back units whose names systemctl quotes', async () => {
    await bench.installUnit('trunk.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    await bench.installUnit(
      'worker@.service',
      '[Unit]\nRequires=trunk.service\nAfter=trunk.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.installUnit('clock@.timer', '[Timer]\nOnCalendar=yearly\nUnit=trunk.service\n');
    const others = ["'worker@site\\x2da.service'", 'worker@b.service', "'clock@site\\x2da.timer'"];
    await bench.sh(`systemctl start trunk ${others.join(' ')}`);
    await bench.run('graceful_stop', { service: 'trunk.service' });
    expect(await bench.unitStates(...others)).toBe('inactive inactive inactive');
    await bench.run('start_component', { service: 'trunk.service' });
    expect(await bench.unitStates(...others)).toBe('active active active');
  });

  it('neither stops nor restarts the SSM agent', async () => {
    const main = () => bench.sh('systemctl show -p MainPID --value amazon-ssm-agent');
    const before = await main();
    const service = 'amazon-ssm-agent.service';
    for (const outcome of [
      await bench.run('graceful_stop', { service }),
      await bench.run('start_component', { service, mode: 'restart' }),
    ]) {
      expect(outcome).toMatchObject({ exitCode: 2, code: 'UNIT_REFUSES' });
      expect(outcome.message).toContain('runs the SSM agent');
    }
    expect(await main()).toBe(before);
  });

  it.each(['agent', 'base-of-agent'])(
    'does not stop %s.service with the SSM agent in it or above it',
    async (name) => {
      await bench.sh('cp /bin/sleep /opt/amazon-ssm-agent');
      await bench.installUnit('base-of-agent.service', '[Service]\nExecStart=/bin/sleep infinity\n');
      await bench.installUnit(
        'agent.service',
        '[Unit]\nRequires=base-of-agent.service\n[Service]\nExecStart=/opt/amazon-ssm-agent infinity\n',
      );
      await bench.sh('systemctl start agent');
      const service = `${name}.service`;
      for (const outcome of [
        await bench.run('graceful_stop', { service }),
        await bench.run('start_component', { service, mode: 'restart' }),
      ]) {
        expect(outcome).toMatchObject({ exitCode: 2, code: 'UNIT_REFUSES' });
        expect(outcome.message).toContain('agent.service runs the SSM agent');
      }
      expect(await bench.unitStates('agent', 'base-of-agent')).toBe('active active');
      await bench.sh('systemctl stop agent base-of-agent');
    },
  );

  it.each([
    ['in its control group', ''],
    [
      'that only its main process has started',
      'echo $$ >/sys/fs/cgroup/system.slice/cron.service/cgroup.procs',
    ],
  ])('does not stop the unit of a command %s', async (_where, leave) => {
    await bench.installUnit(
      'channel.service',
      `[Service]\nExecStart=/bin/bash -c 'bash /run/command >/run/command.out 2>&1; echo $? >/run/command.code; exec sleep infinity'\n`,
    );
    const outcome = await bench.runUnchecked('graceful_stop', { service: 'channel.service' }, (script) =>
      [
        "cat >/run/command <<'END_OF_COMMAND'",
        script.replace('\n', `\n${leave}\n`),
        'END_OF_COMMAND',
        'systemctl start channel cron; until [ -s /run/command.code ]; do sleep 0.1; done',
        'cat /run/command.out >&2; code=$(cat /run/command.code); rm /run/command*; exit "$code"',
      ].join('\n'),
    );
    expect(outcome).toMatchObject({ exitCode: 2, code: 'UNIT_REFUSES' });
    expect(outcome.message).toContain('channel.service runs the SSM agent');
    expect(await bench.unitStates('channel')).toBe('active');
    await bench.sh('systemctl stop channel');
  });

  it('stops no transient unit, which nothing could start again, and restarts it', async () => {
    await bench.sh('systemd-run --quiet --unit=job sleep infinity');
    expect(await bench.run('graceful_stop', { service: 'job.service' })).toMatchObject({
      exitCode: 2,
      code: 'UNIT_UNUSABLE',
      message: expect.stringContaining('has no unit file'),
    });
    expect(await bench.unitStates('job')).toBe('active');
    const restarted = await bench.run('start_component', { service: 'job.service', mode: 'restart' });
    expect(restarted).toMatchObject({ status: 'Success' });
    await bench.sh('systemctl stop job');
  });

  it('starts a transient unit that has failed', async () => {
    await bench.sh(`systemd-run --quiet --unit=failed-job sh -c '[ -e /run/may-run ] && exec sleep infinity; exit 1'
      sleep 0.5; touch /run/may-run`);
    expect(await bench.unitStates('failed-job')).toBe('failed');
    expect(await bench.run('start_component', { service: 'failed-job.service' })).toMatchObject({
      status: 'Success',
    });
    await bench.sh('systemctl stop failed-job');
  });

  it('graceful_stop lets what comes after the main process finish its work', async () => {
    await bench.installUnit(
      'tidy.service',
      '[Service]\nExecStart=/bin/sleep infinity\nExecStopPost=/bin/sh -c "sleep 4; echo done >/run/tidied"\n',
    );
    await bench.sh('systemctl start tidy');
    const outcome = await bench.run('graceful_stop', { service: 'tidy.service', graceSeconds: '3' });
    expect(outcome.result).toMatchObject({ state: 'inactive', killed: false });
    expect(await bench.sh('cat /run/tidied')).toBe('done');
  });

  it.each([
    ['mixed', 0],
    ['process', 1],
  ])('graceful_stop says what KillMode=%s leaves running', async (mode, left) => {
    await bench.installUnit(
      'parent.service',
      `[Service]\nKillMode=${mode}\nExecStart=/bin/bash -c "sleep 8008 & exec sleep infinity"\n`,
    );
    await bench.sh('systemctl start parent; sleep 0.5');
    const outcome = await bench.run('graceful_stop', { service: 'parent.service' });
    expect(outcome.result).toMatchObject({ state: 'inactive', processesLeft: left });
    await bench.sh('pkill -f "[s]leep 8008" || true');
  });

  it('two runbooks for one unit never act at the same time, whatever component and alias they name', async () => {
    await bench.installUnit(
      'shared.service',
      '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nAlias=common.service\n',
    );
    await bench.sh('systemctl enable --quiet shared');
    const restart = { mode: 'restart', settleSeconds: '2' };
    const requests = [
      { ...restart, service: 'shared.service', component: 'one', operationId: newOperationId() },
      { ...restart, service: 'common.service', component: 'other', operationId: newOperationId() },
    ];
    const outcomes = await Promise.all(requests.map((request) => bench.run('start_component', request)));
    expect(outcomes.map(({ status }) => status)).toEqual(['Success', 'Success']);
    const [one, other] = requests.map(({ operationId }) => `/var/lib/selfheal/ledger/${operationId}/heal-0`);
    // Either has answered before the other began.
    await bench.sh(`[ ! ${one}/started -ot ${other}/result ] || [ ! ${other}/started -ot ${one}/result ]`);
  });

  it.each([
    ['graceful_stop', {}],
    ['start_component', { mode: 'restart' }],
    ['enter_safe_mode', {}],
  ])(
    '%s refuses a unit that may not be stopped by hand, before anything is changed',
    async (action, parameters) => {
      await bench.installUnit(
        'firm.service',
        '[Unit]\nRefuseManualStop=yes\n[Service]\nExecStart=/bin/sleep infinity\n',
      );
      await bench.sh('systemctl start firm');
      expect(await bench.run(action, { ...parameters, service: 'firm.service' })).toMatchObject({
        exitCode: 2,
        code: 'UNIT_REFUSES',
      });
      expect(await bench.unitStates('firm')).toBe('active');
      expect(await bench.sh('ls -d /etc/systemd/system/firm.service.d 2>/dev/null || true')).toBe('');
    },
  );

  it('a restart leaves the unit running if what it needs does not start', async () => {
    await bench.installUnit(
      'store.service',
      '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/test ! -e /run/broken\n',
    );
    await bench.installUnit(
      'shop.service',
      '[Unit]\nRequires=store.service\nAfter=store.service\n[Service]\nExecStart=/bin/sleep infinity\n',
    );
    await bench.sh(
      'systemctl start shop; systemctl stop --job-mode=ignore-dependencies store; touch /run/broken',
    );
    const restart = { service: 'shop.service', mode: 'restart' };
    expect(await bench.run('start_component', restart)).toMatchObject({
      exitCode: 1,
      code: 'REQUIREMENT_DOWN',
      message: expect.stringContaining('store.service, which does not start'),
    });
    expect(await bench.unitStates('shop')).toBe('active');
    await bench.sh('rm /run/broken');
    expect((await bench.run('start_component', restart)).status).toBe('Success');
    expect(await bench.unitStates('shop', 'store')).toBe('active active');
  });
});
