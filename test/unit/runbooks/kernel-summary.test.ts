import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelLook } from '../../../functions/core/diagnosis/kernel/kernel-look.ts';

const LIBRARY = join(import.meta.dirname, '../../../infra/runbooks/lib/kernel-figures.sh');
const GROUP = '/sys/fs/cgroup/system.slice/shop.service';

/** Counters under the names of the kernel's documentation: cgroup-v2.rst, psi.rst, sched-stats.rst, proc(5). */
const reading = (of: {
  readonly clock: number;
  readonly threads: Readonly<Record<string, readonly [usedNs: number, waitedNs: number]>>;
  readonly cpuStat: string;
  readonly pressureUs: number;
  /** @default the unit's own */
  readonly hasHostPressure?: true;
  readonly ticks: string;
  readonly tcp: string;
}) =>
  [
    `clock:${of.clock}`,
    ...Object.entries(of.threads).map(
      ([thread, [used, waited]]) => `/proc/7/task/${thread}/schedstat:${used} ${waited} 31`,
    ),
    '/proc/7/task/7/status:voluntary_ctxt_switches:\t40',
    '/proc/7/task/7/status:nonvoluntary_ctxt_switches:\t4',
    '/proc/7/io:read_bytes: 4096',
    '/proc/7/io:write_bytes: 0',
    `${GROUP}/cpu.stat:usage_usec ${of.clock * 1_000}`,
    ...['cpu', 'memory', 'io'].map(
      (kind) =>
        `${of.hasHostPressure ? `/proc/pressure/${kind}` : `${GROUP}/${kind}.pressure`}:some avg10=0.00 avg60=0.00 avg300=0.00 total=${of.pressureUs}`,
    ),
    `/proc/stat:cpu  ${of.ticks} 0 0`,
    '/proc/stat:cpu0 1 2 3 4',
    '/proc/stat:cpu1 1 2 3 4',
    '/proc/7/net/snmp:Tcp: RtoAlgorithm AttemptFails EstabResets OutSegs RetransSegs',
    `/proc/7/net/snmp:Tcp: 1 ${of.tcp}`,
    '/proc/7/net/netstat:TcpExt: SyncookiesSent ListenDrops',
    '/proc/7/net/netstat:TcpExt: 0 3',
    ...of.cpuStat.split('\n').map((line) => `${GROUP}/cpu.stat:${line}`),
    `${GROUP}/cpu.max:50000 100000`,
    '/sys/fs/cgroup/system.slice/cpu.max:max 100000',
  ].join('\n');

const BEFORE = {
  clock: 1_000,
  threads: { 7: [1e9, 5e8], 8: [2e9, 0] },
  cpuStat: 'nr_periods 100\nnr_throttled 10\nthrottled_usec 1000000',
  pressureUs: 9_000_000,
  ticks: '100 0 50 1000 10 0 0 0',
  tcp: '1 2 1000 5',
} as const;
const AFTER = {
  clock: 2_000,
  threads: { 7: [2e9, 1.5e9], 9: [5e8, 25e7] },
  cpuStat: 'nr_periods 200\nnr_throttled 60\nthrottled_usec 3500000',
  pressureUs: 11_500_000,
  ticks: '1100 0 150 1900 10 0 0 100',
  tcp: '4 2 1500 15',
} as const;

function summary(
  before: Parameters<typeof reading>[0],
  after: Parameters<typeof reading>[0],
  traced = '',
  environment: Readonly<Record<string, string>> = { no_tracer: 'bpftrace is "absent"' },
) {
  const script = `set -euo pipefail; . "$1"; no_tracer=\${no_tracer:-} restarted=\${restarted:-}; summary "$2" "$3" "$4" "$5"`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-c', script, 'summary', LIBRARY, reading(before), reading(after), traced, GROUP],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C', ...environment } },
  );
  expect(stderr).toBe('');
  return kernelLook(stdout);
}

describe('the summary of two readings of the kernel’s counters', () => {
  it('contains the differences, where control groups are of version 2', () => {
    expect(summary(BEFORE, AFTER)).toEqual({
      source: 'proc',
      milliseconds: 10_000,
      processes: 1,
      threads: 2,
      cpus: 2,
      hostCpuPercent: 57.14,
      hostStealPercent: 4.762,
      cpuMs: 1_000,
      quotaPercent: 50,
      throttledPercent: 50,
      throttledMs: 2_500,
      // Thread 8 has ended, thread 9 has begun.
      runDelayMs: 1_250,
      offCpuMs: 8_000,
      voluntarySwitches: 0,
      involuntarySwitches: 0,
      cpuPressurePercent: 25,
      memoryPressurePercent: 25,
      ioPressurePercent: 25,
      readKilobytes: 0,
      writtenKilobytes: 0,
      tcpSentSegments: 500,
      tcpRetransmits: 10,
      tcpConnectFailures: 3,
      tcpResets: 0,
      tcpListenDrops: 0,
      missing: [
        'bpftrace: bpftrace is "absent"',
        'longestRunDelayMs: needs bpftrace',
        'ioWaitMs: needs bpftrace',
        'failedCalls: needs bpftrace',
      ],
    });
  });

  it('includes what bpftrace has traced, and the eight most frequent errors by name', () => {
    const errors = {
      2: 40,
      28: 9,
      111: 8,
      24: 7,
      13: 6,
      122: 5,
      95: 4,
      5: 3,
      1: 2,
      4: 900,
      11: 900,
      110: 900,
      115: 900,
    };
    const traced = [
      '@run_delay: 2600000',
      '@run_delay_longest: 1234567',
      '@off_cpu: 12000000',
      '@uninterruptible: 3000000',
      '@voluntary: 70',
      '@involuntary: 6',
      '@retransmits: 2',
      '@connect_failures: 1',
      '@resets: 0',
      ...Object.entries(errors).map(([code, times]) => `@failed[${code}]: ${times}`),
      'the end',
    ].join('\n');
    expect(summary(BEFORE, AFTER, traced, {})).toMatchObject({
      source: 'bpftrace',
      runDelayMs: 3,
      longestRunDelayMs: 1.235,
      offCpuMs: 12,
      ioWaitMs: 3,
      voluntarySwitches: 70,
      involuntarySwitches: 6,
      tcpRetransmits: 2,
      tcpConnectFailures: 1,
      tcpResets: 0,
      failedCalls: {
        ENOENT: 40,
        ENOSPC: 9,
        ECONNREFUSED: 8,
        EMFILE: 7,
        EACCES: 6,
        EDQUOT: 5,
        'errno 95': 4,
        EIO: 3,
      },
      missing: [],
    });
  });

  it('counts from zero what has begun again, as after a restart of the unit', () => {
    const restarted = {
      ...AFTER,
      threads: { 12: [1e8, 2e8] },
      cpuStat: 'nr_periods 20\nnr_throttled 5\nthrottled_usec 100000',
      pressureUs: 500_000,
    } as const;
    expect(
      summary(BEFORE, restarted, '', { no_tracer: 'absent', restarted: 'was restarted meanwhile' }),
    ).toMatchObject({
      runDelayMs: 200,
      throttledPercent: 25,
      throttledMs: 100,
      cpuPressurePercent: 5,
      missing: ['bpftrace: absent', 'unit: was restarted meanwhile', ...Array(3).fill(expect.any(String))],
    });
  });

  it('says that pressure is the host’s where no control group keeps it', () => {
    const hasHostPressure = true;
    expect(summary({ ...BEFORE, hasHostPressure }, { ...AFTER, hasHostPressure })).toMatchObject({
      pressureOf: 'host',
      ioPressurePercent: 25,
    });
  });

  it('uses the same names for what control groups of version 1 call differently', () => {
    const old = { ...AFTER, cpuStat: 'nr_periods 200\nnr_throttled 60\nthrottled_time 3500000000' };
    const older = { ...BEFORE, cpuStat: 'nr_periods 100\nnr_throttled 10\nthrottled_time 1000000000' };
    expect(summary(older, old)).toMatchObject({ throttledPercent: 50, throttledMs: 2_500 });
  });
});
