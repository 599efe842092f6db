// @thorough
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelFindings } from '../../../functions/core/diagnosis/kernel/kernel-findings.ts';
import { type KernelLook, kernelLook } from '../../../functions/core/diagnosis/kernel/kernel-look.ts';
import { requirement } from '../../factories/requirements.ts';
import { selfhealIn } from '../selfheal-command.ts';
import { type Bench, type Edit, installService, type Outcome, startBench } from './bench.ts';

const SPINNER = 'while True: pass';
/** Wants a tenth of a CPU, at most. */
const MODEST = `
import time
while True:
    time.sleep(0.01)
    for _ in range(20000): pass
`;
/** Reads past the cache what is on this machine's disk. */
const READER = `
import mmap, os
file = os.open('/usr/bin/prometheus', os.O_RDONLY | os.O_DIRECT)
buffer = mmap.mmap(-1, 65536)
while True:
    for at in range(0, os.fstat(file).st_size - 65536, 65536): os.preadv(file, [buffer], at)
`;
/** Writes to a full disk, calls a port that nobody listens on, and one that does not answer. */
const FAILING = `
import socket, threading, time
def call(port):
    while True:
        with socket.socket() as client:
            try: client.connect(('127.0.0.1', port))
            except OSError: time.sleep(0.05)
threading.Thread(target=call, args=(9,)).start()
for _ in range(8): threading.Thread(target=call, args=(9999,)).start()
while True:
    try: open('/srv/full/file', 'ab', buffering=0).write(b'x' * 2000000)
    except OSError: time.sleep(0.05)
`;
/** Its callers' connections end with a reset, and of those that nobody accepts most are turned away. */
const RESET = `
import socket, struct, threading, time
server = socket.create_server(('127.0.0.1', 9000))
full = socket.create_server(('127.0.0.1', 9001), backlog=1)
def end():
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.close()
threading.Thread(target=end).start()
def queue():
    waiting = socket.socket()
    waiting.setblocking(False)
    waiting.connect_ex(('127.0.0.1', 9001))
    return waiting
while True:
    waiting = [queue() for _ in range(8)]
    with socket.create_connection(('127.0.0.1', 9000)) as client:
        time.sleep(0.05)
`;

/** On a busy machine, the tracer may take long to start. */
const withPatience: Edit = (script) =>
  script.replace(/^tracer_starts_within=20$/m, 'tracer_starts_within=45');
const withoutTracer: Edit = (script) => script.replace('command -v bpftrace', 'command -v no-tracer');

describe.skipIf(!requirement('tracing'))('a look at the kernel', { timeout: 120_000 }, () => {
  let bench: Bench;
  const look = (service: string, seconds = 3) =>
    bench.runUnchecked(
      'look_at_kernel',
      { service: `${service}.service`, seconds: String(seconds) },
      withPatience,
    );
  const lookByProc = (service: string, seconds = 3) =>
    bench.runUnchecked(
      'look_at_kernel',
      { service: `${service}.service`, seconds: String(seconds) },
      withoutTracer,
    );
  const both = [
    ['bpftrace', look],
    ['proc', lookByProc],
  ] as const;

  beforeAll(async () => {
    bench = await startBench();
    await bench.sh('mount -t tracefs tracefs /sys/kernel/tracing');
    for (const [name, program, lines] of [
      ['spinner', SPINNER],
      ['modest', MODEST, 'Nice=19'],
      ['reader', READER],
      ['failing', FAILING],
      ['reset', RESET],
    ] as const)
      await installService(bench.host, name, program, lines);
    await bench.sh(
      'cd /etc/systemd/system; for i in 1 2 3 4; do cp spinner.service neighbour$i.service; done',
    );
    await bench.sh('systemctl daemon-reload');
  }, 300_000);
  afterAll(() => bench.close());

  /** With these units running meanwhile. */
  async function during<Result>(units: string, what: () => Promise<Result>): Promise<Result> {
    await bench.sh(`systemctl start ${units}; sleep 0.5`);
    try {
      return await what();
    } finally {
      await bench.sh(`systemctl stop ${units}`);
    }
  }

  function seen(outcome: Outcome): KernelLook {
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout.length).toBeLessThan(2_500);
    const found = kernelLook(outcome.stdout);
    if (!found) throw new Error(outcome.stdout);
    return found;
  }
  const codes = (found: KernelLook) => kernelFindings(found).findings.map(({ code }) => code);

  it.each(both)('finds by %s that neighbours take the CPU from a modest unit', async (source, by) => {
    const units = 'modest neighbour1 neighbour2 neighbour3 neighbour4';
    const found = seen(await during(units, () => by('modest')));
    expect(found).toMatchObject({ source, processes: 1, threads: 1 });
    expect(found.runDelayMs).toBeGreaterThan(found.cpuMs);
    expect(codes(found)).toContain('CPU_STARVED');
    expect(codes(found)).not.toContain('CPU_THROTTLED');
  });

  it.each(both)('finds by %s that a quota holds a unit back, and blames no neighbour', async (source, by) => {
    const found = await during('spinner', async () => {
      const lift = await limitCpu('spinner');
      try {
        return seen(await by('spinner'));
      } finally {
        await lift();
      }
    });
    expect(found).toMatchObject({ source, quotaPercent: 10 });
    expect(found.throttledPercent).toBeGreaterThan(50);
    expect(codes(found)).toContain('CPU_THROTTLED');
    expect(codes(found)).not.toContain('CPU_SATURATED');
  });

  it.each(both)('finds by %s that a unit waits for its disk', async (source, by) => {
    const found = seen(await during('reader', () => by('reader')));
    expect(found).toMatchObject({ source });
    expect(found.readKilobytes).toBeGreaterThan(0);
    expect(codes(found)).toContain('IO_WAIT');
  });

  it.each(both)('finds by %s connections that fail, and packets that are lost', async (source, by) => {
    await bench.sh(
      'nft add table inet lost; nft "add chain inet lost in { type filter hook input priority 0; }"; nft add rule inet lost in tcp dport 9999 drop',
    );
    await bench.sh('mkdir -p /srv/full; mountpoint -q /srv/full || mount -t tmpfs -o size=1m full /srv/full');
    const found = seen(await during('failing', () => by('failing', 6)));
    await bench.sh('nft delete table inet lost');
    expect(found).toMatchObject({ source });
    expect(codes(found)).toEqual(expect.arrayContaining(['CONNECTIONS_FAIL', 'TCP_RETRANSMITS']));
    if (source === 'bpftrace') {
      expect(found.failedCalls).toMatchObject({
        ENOSPC: expect.any(Number),
        ECONNREFUSED: expect.any(Number),
      });
      expect(codes(found)).toContain('CALLS_FAIL');
    } else {
      expect(found.failedCalls).toBeUndefined();
      expect(found.missing).toContain('failedCalls: needs bpftrace');
      expect(kernelFindings(found).notJudged).toEqual(['CALLS_FAIL']);
    }
  });

  it.each(both)('finds by %s connections that are reset or turned away', async (source, by) => {
    const found = seen(await during('reset', () => by('reset')));
    expect(found).toMatchObject({ source });
    expect(codes(found)).toEqual(expect.arrayContaining(['CONNECTIONS_RESET', 'CONNECTIONS_DROPPED']));
  });

  it('attributes to the unit what its own threads do, and nothing of its neighbours', async () => {
    const found = seen(await during('modest failing reader', () => look('modest')));
    expect(found).toMatchObject({ source: 'bpftrace', tcpConnectFailures: 0, ioWaitMs: 0, failedCalls: {} });
  });

  it('sees the processes of control groups below that of the unit', async () => {
    await bench.installUnit(
      'nested.service',
      "[Service]\nDelegate=yes\nExecStart=/bin/bash -c 'group=/sys/fs/cgroup/unified/system.slice/nested.service; [ -d $group ] || group=/sys/fs/cgroup/system.slice/nested.service; mkdir $group/inner; echo $$ >$group/inner/cgroup.procs; while :; do cat /absent 2>/dev/null; sleep 0.1; done'\n",
    );
    const found = seen(await during('nested', () => look('nested', 2)));
    expect(found.failedCalls?.['ENOENT']).toBeGreaterThan(0);
  });

  it('says that the unit was restarted meanwhile', async () => {
    const found = await during('modest', async () => {
      const [outcome] = await Promise.all([
        lookByProc('modest', 4),
        bench.sh('sleep 2; systemctl restart modest'),
      ]);
      return seen(outcome);
    });
    expect(found.missing).toContain('unit: was restarted meanwhile');
  });

  it('refuses a unit that runs no process, and one that does not exist', async () => {
    expect(await look('spinner')).toMatchObject({ exitCode: 2, code: 'NO_PROCESS' });
    expect(await look('absent')).toMatchObject({ exitCode: 2, code: 'UNIT_MISSING' });
  });

  it('appears in the command’s output for a component without a profile, for people and programs', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'selfheal-kernel-'));
    try {
      await writeFile(
        join(directory, 'selfheal.yaml'),
        `components:\n  web: { targets: { instanceIds: [${bench.host.instanceId}] }, service: modest.service, signals: [cpu] }\nstrategies: [{ id: restart, trigger: { metrics: [cpu] }, actions: [{ type: start_component }] }]\n`,
      );
      const selfheal = selfhealIn(directory, bench.server.url);
      const args = ['profile', 'web', '--kernel', '--seconds', '1'];
      const [text, json] = await during('modest neighbour1 neighbour2 neighbour3 neighbour4', async () => [
        await selfheal(args),
        await selfheal([...args, '--json']),
      ]);
      expect(text).toMatchObject({ code: 0, err: 'Looking at modest.service for 1 s…\n' });
      expect(text?.out).toMatch(
        // On a busy machine, the tracer may take too long to start.
        /^i-\w+: 1 process, 1 thread, .* by (bpftrace|\/proc, control groups and PSI)\n(.*\n)*CPU_STARVED its threads had a CPU for/,
      );
      expect(JSON.parse(json?.out ?? '')).toMatchObject([{ look: { processes: 1, threads: 1 } }]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  describe('whatever the tracer does', () => {
    const TRACERS = "pgrep -f '[b]pftrace -q' || true";
    const hurried: Edit = (script) =>
      script
        .replaceAll(/^(tracer_(starts|ends)_within)=20$/gm, '$1=1')
        .replace('command -v bpftrace', 'true');
    /** The look with a program of this kind in place of bpftrace. */
    async function lookWith(tracer: string): Promise<KernelLook> {
      await bench.host.writeFile('/opt/tracer/bpftrace', `#!/bin/bash\n${tracer}\n`, 0o755);
      const edit: Edit = (script) =>
        hurried(script).replace('#!/bin/bash', '#!/bin/bash\nPATH=/opt/tracer:$PATH');
      return await during('modest', async () =>
        seen(await bench.runUnchecked('look_at_kernel', { service: 'modest.service', seconds: '1' }, edit)),
      );
    }

    it.each([
      ['cannot trace', 'echo "ERROR: no BPF here" >&2; exit 1', /did not begin: ERROR: no BPF here/],
      ['never begins', 'exec -a "bpftrace -q" sleep 600', /did not begin/],
      ['prints without end', 'echo counting; exec -a "bpftrace -q" yes', /without an answer/],
      ['never ends', 'echo counting; exec -a "bpftrace -q" sleep 600', /without an answer/],
      ['dies', 'echo counting; sleep 0.5; kill -9 $$', /without an answer/],
    ])('answers from /proc if it %s, and leaves none running', async (_, tracer, why) => {
      const found = await lookWith(tracer);
      expect(found).toMatchObject({
        source: 'proc',
        missing: [expect.stringMatching(why), ...Array(3).fill(expect.any(String))],
      });
      expect(await bench.sh(TRACERS)).toBe('');
    });

    it('leaves none running if the look itself is killed', async () => {
      await during('modest', async () => {
        const killed = bench.runUnchecked(
          'look_at_kernel',
          { service: 'modest.service', seconds: '2' },
          (script) => script.replaceAll(/^(tracer_ends_within)=20$/gm, '$1=5'),
        );
        await bench.sh(
          `for ((i = 0; i < 300; i++)); do pid=$(${TRACERS}); [ -z "$pid" ] || break; sleep 0.1; done; [ -n "$pid" ]; pkill -9 -f '[_]script.sh'`,
        );
        await killed.catch(() => undefined);
        await bench.sh(
          `for ((i = 0; i < 600; i++)); do [ -n "$(${TRACERS})" ] || exit 0; sleep 0.1; done; exit 1`,
        );
      });
    });
  });

  it('leaves nothing behind on the host', async () => {
    expect(await bench.sh("find / -xdev -name '*selfheal*' -not -name selfheal-agent-channel.py")).toBe('');
  });

  /** Gives a unit a tenth of a CPU, wherever this machine's control groups do that; answers with how to remove it. */
  async function limitCpu(unit: string): Promise<() => Promise<unknown>> {
    if ((await bench.sh('[ -d /sys/fs/cgroup/cpu ] && echo 1 || echo 2')) === '2') {
      await bench.sh(`systemctl set-property --runtime ${unit} CPUQuota=10%`);
      return () => bench.sh(`systemctl revert ${unit}`);
    }
    const group = `/run/cpu/selfheal-look-${process.pid}`;
    await bench.sh('mkdir -p /run/cpu; mountpoint -q /run/cpu || mount -t cgroup -o cpu cpu /run/cpu');
    await bench.sh(`mkdir ${group}; echo 10000 >${group}/cpu.cfs_quota_us`);
    await bench.sh(`systemctl show --property=MainPID --value ${unit} >${group}/cgroup.procs`);
    return () => bench.sh(`systemctl stop ${unit}; rmdir ${group}`);
  }
});
