import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, installService, startBench } from './bench.ts';

/** A script of the old kind, which names no pid file and has no status of its own. */
const INIT_SCRIPT = `#!/bin/sh
### BEGIN INIT INFO
# Provides: broker
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: a message broker
### END INIT INFO
case "$1" in
  start) setsid sleep 7007 </dev/null >/dev/null 2>&1 & echo $! >/run/broker.pid ;;
  stop) kill $(cat /run/broker.pid) ;;
  restart) $0 stop; $0 start ;;
esac
exit 0
`;

describe.skipIf(!requirement('hosts'))(
  'the health of a service by its processes',
  { timeout: 60_000 },
  () => {
    let bench: Bench;
    const look = (service: string, parameters: Record<string, string> = {}) =>
      bench.run('verify_health', { service, stableSeconds: '0', timeoutSeconds: '1', ...parameters });
    const properties = (service: string) =>
      bench.sh(`systemctl show -p ActiveState,SubState,MainPID --value ${service} | tr '\\n' ' '`);
    const isAlive = (pattern: string) => bench.sh(`pgrep -f '${pattern}' >/dev/null && echo yes || echo no`);

    beforeAll(async () => {
      bench = await startBench();
      await bench.host.writeFile('/etc/init.d/broker', INIT_SCRIPT, 0o755);
      await bench.sh('systemctl daemon-reload');
    }, 300_000);
    afterAll(() => bench.close());

    it('counts a unit without a main process as healthy if others run in its control group', async () => {
      await bench.sh('systemctl start broker; sleep 0.5');
      expect(await properties('broker')).toBe('0 active running');
      expect((await look('broker.service')).status).toBe('Success');
    });

    it('counts an active unit without processes as unhealthy, and a start brings it back', async () => {
      await bench.sh('kill -9 $(cat /run/broker.pid); sleep 0.5');
      expect(await properties('broker')).toBe('0 active exited');
      expect(await look('broker.service')).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining('runs no process'),
      });
      const started = await bench.run('start_component', { service: 'broker.service', settleSeconds: '1' });
      expect(started).toMatchObject({ status: 'Success', result: { before: 'active' } });
      expect(await isAlive('[s]leep 7007')).toBe('yes');
      expect((await look('broker.service')).status).toBe('Success');
      const stopped = await bench.run('graceful_stop', { service: 'broker.service' });
      expect(stopped).toMatchObject({ status: 'Success', result: { state: 'inactive' } });
      expect(await isAlive('[s]leep 7007')).toBe('no');
    });

    it('counts a finished unit without processes as unhealthy, unless its URL answers', async () => {
      await bench.installUnit(
        'once.service',
        '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n',
      );
      await bench.sh('systemctl start once nginx');
      expect((await look('once.service')).code).toBe('UNHEALTHY');
      expect((await look('once.service', { url: 'http://127.0.0.1/' })).status).toBe('Success');
      expect(await bench.run('start_component', { service: 'once.service' })).toMatchObject({
        exitCode: 1,
        code: 'NO_PROCESS',
      });
    });

    it('judges a unit that stands for others by its members, and a start restarts only those that have ended', async () => {
      await bench.installUnit(
        'db.service',
        '[Service]\nType=oneshot\nExecStart=/bin/true\nRemainAfterExit=on\n',
      );
      await bench.installUnit(
        'db@.service',
        '[Unit]\nPartOf=db.service\nBefore=db.service\n[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=db.service\n',
      );
      await bench.installUnit(
        'db-report.service',
        '[Unit]\nPartOf=db.service\n[Service]\nExecStart=/bin/true\n',
      );
      await bench.sh('systemctl enable --quiet db@one db@two; systemctl start db db-report; sleep 0.5');
      expect((await look('db.service')).status).toBe('Success');
      const main = () => bench.sh('systemctl show -p MainPID --value db@one');
      const before = await main();
      await bench.sh('systemctl kill -s KILL db@two; sleep 0.5');
      const dead = await look('db.service');
      expect(dead).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining('db@two.service is failed'),
      });
      expect((await bench.run('start_component', { service: 'db.service' })).status).toBe('Success');
      expect(await bench.sh('systemctl is-active db@one db@two')).toBe('active\nactive');
      expect(await main()).toBe(before);
    });

    it('counts members that are finished jobs as healthy, and one that restarts again and again as unhealthy', async () => {
      await bench.installUnit(
        'pair.service',
        '[Unit]\nWants=pair-setup.service pair-node.service\n[Service]\nType=oneshot\nExecStart=/bin/true\nRemainAfterExit=on\n',
      );
      await bench.installUnit(
        'pair-setup.service',
        '[Unit]\nPartOf=pair.service\n[Service]\nType=oneshot\nExecStart=/bin/true\n',
      );
      await bench.installUnit(
        'pair-node.service',
        '[Unit]\nPartOf=pair.service\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sleep 0.7\nRestart=always\nRestartSec=1ms\n',
      );
      await bench.installUnit(
        'pair-node.service.d/steady.conf',
        '[Service]\nExecStart=\nExecStart=/bin/sleep infinity\n',
      );
      await bench.sh('systemctl start pair; sleep 0.5');
      expect((await look('pair.service')).status).toBe('Success');
      await bench.sh(
        'rm -r /etc/systemd/system/pair-node.service.d; systemctl daemon-reload; systemctl restart pair-node',
      );
      const unsteady = await look('pair.service', { stableSeconds: '4', timeoutSeconds: '4' });
      expect(unsteady.code).toBe('UNHEALTHY');
    });

    it('neither accepts nor kills the other process whose number is in a stale PID file', async () => {
      await bench.installUnit(
        'left.service',
        '[Service]\nType=forking\nPIDFile=/run/left.pid\nExecStart=/bin/sh -c "[ -s /run/left.pid ] || { sleep 7117 & echo $$! >/run/left.pid; }"\n',
      );
      await bench.sh('systemctl start left');
      expect((await look('left.service')).status).toBe('Success');
      await bench.sh(
        'systemctl stop left; setsid sleep 9229 >/dev/null 2>&1 & echo $! >/run/left.pid; sleep 0.2; systemctl start left',
      );
      expect(await look('left.service')).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining('its PID file /run/left.pid is stale'),
      });
      for (const action of ['start_component', 'graceful_stop'])
        expect(await bench.run(action, { service: 'left.service' })).toMatchObject({
          exitCode: 2,
          code: 'STALE_PID_FILE',
        });
      expect(await isAlive('[s]leep 9229')).toBe('yes');
    });

    it('counts a process as healthy whose first thread has ended while others run on', async () => {
      const program = `import ctypes, threading, time
threading.Thread(target=time.sleep, args=(3600,)).start()
ctypes.CDLL(None).pthread_exit(None)
`;
      const service = await installService(bench.host, 'threads', program);
      await bench.sh(`systemctl start ${service}; sleep 1`);
      expect(
        await bench.sh(`cut -d ' ' -f 3 /proc/$(systemctl show -p MainPID --value ${service})/stat`),
      ).toBe('Z');
      expect((await look(service)).status).toBe('Success');
    });

    it('judges a unit by its URL while it waits for its socket to start it', async () => {
      const program = `import socket, time
connection, _ = socket.socket(fileno=3).accept()
connection.recv(999)
connection.send(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
connection.close()
time.sleep(5)
`;
      const service = await installService(bench.host, 'idle', program);
      await bench.installUnit('idle.socket', '[Socket]\nListenStream=127.0.0.1:7200\n');
      await bench.sh('systemctl start idle.socket');
      expect(await look(service)).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining(
          'until someone connects to idle.socket; give the component a health.hostUrl',
        ),
      });
      expect((await look(service, { url: 'http://127.0.0.1:7200/' })).status).toBe('Success');
    });

    it('counts a process that a signal has stopped as unhealthy, and a start replaces it', async () => {
      const service = await installService(bench.host, 'frozen', 'import time\ntime.sleep(3600)\n');
      await bench.sh(`systemctl start ${service}; systemctl kill -s STOP ${service}; sleep 0.2`);
      expect(await look(service)).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining('stopped by a signal'),
      });
      const before = await bench.sh(`systemctl show -p MainPID --value ${service}`);
      const started = await bench.run('start_component', { service, settleSeconds: '0' });
      expect(started.status).toBe('Success');
      expect(String(started.result?.['mainPid'])).not.toBe(before);
    });

    it('counts a frozen unit as unhealthy, and a start lets its process go on', async () => {
      const service = await installService(bench.host, 'still', 'import time\ntime.sleep(3600)\n');
      // systemd freezes units only where it has the unified hierarchy to itself, which these hosts do not.
      await bench.sh(`systemctl start ${service}; group=$(systemctl show -p ControlGroup --value ${service})
      for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
        if [ -e $root$group/cgroup.freeze ]; then echo 1 >$root$group/cgroup.freeze; fi
      done; sleep 0.2`);
      const main = () => bench.sh(`systemctl show -p MainPID --value ${service}`);
      const before = await main();
      expect(await look(service)).toMatchObject({
        code: 'UNHEALTHY',
        message: expect.stringContaining('still.service is frozen'),
      });
      expect((await bench.run('start_component', { service, settleSeconds: '0' })).status).toBe('Success');
      expect(await main()).toBe(before);
      expect((await look(service)).status).toBe('Success');
    });

    it('does not count a unit as healthy before its process has reported that it is ready', async () => {
      await bench.installUnit(
        'late.service',
        '[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c "sleep 3; systemd-notify --ready; exec sleep 1000"\n',
      );
      await bench.sh('systemctl start --no-block late; sleep 0.5');
      expect(await look('late.service', { timeoutSeconds: '0' })).toMatchObject({
        message: expect.stringContaining('late.service is activating'),
      });
      expect((await look('late.service', { timeoutSeconds: '15' })).status).toBe('Success');
    });

    it('restarts its stability window when another process takes over as the main one', async () => {
      await bench.installUnit(
        'relay.service',
        '[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/bash -c "systemd-notify --ready; sleep 2; sleep 1000 & systemd-notify MAINPID=$$!; sleep 1"\n',
      );
      await bench.sh('systemctl start relay');
      const outcome = await look('relay.service', { stableSeconds: '4', timeoutSeconds: '10' });
      expect(outcome.status).toBe('Success');
      expect(Number(outcome.result?.['elapsedMs'])).toBeGreaterThan(5_000);
    });

    describe('run by an init script whose status is always good', () => {
      const manager = { serviceManager: 'sysv', service: 'broker.service' };
      beforeAll(() => bench.sh('rm -f /run/broker.pid'));

      it('counts a script as healthy only while the process in its PID file runs', async () => {
        expect((await bench.run('start_component', manager)).status).toBe('Success');
        expect((await look('broker.service', manager)).status).toBe('Success');
        await bench.sh('kill -9 $(cat /run/broker.pid)');
        expect((await look('broker.service', manager)).code).toBe('UNHEALTHY');
      });

      it('neither accepts nor kills another process whose number is in the PID file', async () => {
        await bench.sh('setsid sleep 9119 >/dev/null 2>&1 & echo $! >/run/broker.pid');
        expect((await look('broker.service', manager)).code).toBe('UNHEALTHY');
        await bench.sh(`sed -i 's/^  stop).*/  stop) ;;/' /etc/init.d/broker`);
        await bench.run('graceful_stop', { ...manager, graceSeconds: '1' });
        expect(await isAlive('[s]leep 9119')).toBe('yes');
      });

      it('does not accept a process that is younger than its PID file', async () => {
        await bench.sh(
          'setsid sleep 7007 >/dev/null 2>&1 & echo $! >/run/broker.pid; touch -d "1 hour ago" /run/broker.pid',
        );
        expect((await look('broker.service', manager)).code).toBe('UNHEALTHY');
      });

      it('counts a script without a PID file as unhealthy, and names the remedy', async () => {
        await bench.sh('rm -f /run/broker.pid');
        expect(await look('broker.service', manager)).toMatchObject({
          code: 'UNHEALTHY',
          message: expect.stringContaining('# pidfile: <path>'),
        });
      });
    });
  },
);
