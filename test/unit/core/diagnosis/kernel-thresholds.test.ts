import { describe, expect, it } from 'vitest';
import { kernelFindings } from '../../../../functions/core/diagnosis/kernel/kernel-findings.ts';
import type { KernelLook } from '../../../../functions/core/diagnosis/kernel/kernel-look.ts';
import { lookByProc, QUIET_LOOK } from '../../../factories/kernel-look.ts';

const findings = (look: Partial<KernelLook>, base: KernelLook = QUIET_LOOK) =>
  kernelFindings({ ...base, ...look }).findings;
const found = (look: Partial<KernelLook>) => findings(look).map(({ code }) => code);
const reasons = (look: Partial<KernelLook>, base?: KernelLook) =>
  findings(look, base).map(({ reason }) => reason);

/** On a host whose CPUs are as busy as it takes, with 16 seconds of CPU time spent. */
const BUSY = { hostCpuPercent: 80 };

describe('a finding of a look of ten seconds', () => {
  it.each<readonly [string, Partial<KernelLook>, Partial<KernelLook>]>([
    ['CPU_THROTTLED', { throttledPercent: 10 }, { throttledPercent: 9.9 }],
    // Waited for a twentieth of the look.
    ['CPU_STARVED', { ...BUSY, cpuMs: 400, runDelayMs: 500 }, { ...BUSY, cpuMs: 400, runDelayMs: 499 }],
    // Waited for longer than it ran.
    ['CPU_STARVED', { ...BUSY, cpuMs: 599, runDelayMs: 600 }, { ...BUSY, cpuMs: 600, runDelayMs: 600 }],
    [
      'CPU_STARVED',
      { hostCpuPercent: 80, cpuMs: 400, runDelayMs: 500 },
      { hostCpuPercent: 79.9, cpuMs: 400, runDelayMs: 500 },
    ],
    [
      'CPU_STARVED',
      { hostStealPercent: 10, cpuMs: 400, runDelayMs: 500 },
      { hostStealPercent: 9.9, cpuMs: 400, runDelayMs: 500 },
    ],
    ['CPU_SATURATED', { ...BUSY, cpuMs: 8_000, runDelayMs: 500 }, { ...BUSY, cpuMs: 7_999, runDelayMs: 500 }],
    ['CPU_SATURATED', { ...BUSY, cpuMs: 8_000, runDelayMs: 500 }, { ...BUSY, cpuMs: 8_000, runDelayMs: 499 }],
    [
      'CPU_SATURATED',
      { hostCpuPercent: 80, cpuMs: 9_000, runDelayMs: 500 },
      { hostCpuPercent: 79.9, cpuMs: 9_000, runDelayMs: 500 },
    ],
    ['IO_WAIT', { ioPressurePercent: 10 }, { ioPressurePercent: 9.9 }],
    ['IO_WAIT', { ioWaitMs: 1_000 }, { ioWaitMs: 999 }],
    ['MEMORY_PRESSURE', { memoryPressurePercent: 10 }, { memoryPressurePercent: 9.9 }],
    ['CONNECTIONS_FAIL', { tcpConnectFailures: 3 }, { tcpConnectFailures: 2 }],
    ['CONNECTIONS_RESET', { tcpResets: 3 }, { tcpResets: 2 }],
    ['CONNECTIONS_DROPPED', { tcpListenDrops: 1 }, { tcpListenDrops: 0 }],
    [
      'TCP_RETRANSMITS',
      { tcpRetransmits: 5, tcpSentSegments: 500 },
      { tcpRetransmits: 5, tcpSentSegments: 501 },
    ],
    ['TCP_RETRANSMITS', { tcpRetransmits: 5, tcpSentSegments: 0 }, { tcpRetransmits: 4, tcpSentSegments: 0 }],
  ])('is %s at its threshold, and nothing below it: %j', (code, at, below) => {
    expect(found(at)).toEqual([code]);
    expect(found(below)).toEqual([]);
  });

  it('blames a neighbour as long as less than half of the CPU time is its own', () => {
    expect(found({ ...BUSY, cpuMs: 7_999, runDelayMs: 9_000 })).toEqual(['CPU_STARVED']);
    expect(found({ ...BUSY, cpuMs: 8_000, runDelayMs: 9_000 })).toEqual(['CPU_SATURATED']);
  });

  it.each([
    [
      'CPU_THROTTLED',
      { throttledPercent: 85 },
      'raise its CPUQuota, as `increase_resources` does, or give it less to do',
    ],
    [
      'CPU_STARVED',
      { ...BUSY, cpuMs: 400, runDelayMs: 3_100 },
      'find what else uses the CPUs of the host, or move the component',
    ],
    [
      'CPU_SATURATED',
      { ...BUSY, cpuMs: 9_000, runDelayMs: 600 },
      'scale the component, or find out what it computes',
    ],
    [
      'IO_WAIT',
      { ioPressurePercent: 62 },
      'look at the latency and the limits of its volumes, and at what else uses them',
    ],
    [
      'MEMORY_PRESSURE',
      { memoryPressurePercent: 31 },
      'raise its MemoryMax, as `increase_resources` does, or find out what takes the memory',
    ],
    ['CALLS_FAIL', { failedCalls: { EIO: 1 } }, 'free or raise what is used up, or repair what is broken'],
    ['CONNECTIONS_FAIL', { tcpConnectFailures: 20 }, 'look at what it connects to'],
    [
      'CONNECTIONS_RESET',
      { tcpResets: 14 },
      'find who ends them: a peer that crashed, or an idle time-out on the way',
    ],
    [
      'CONNECTIONS_DROPPED',
      { tcpListenDrops: 2 },
      'find out why it accepts no connections fast enough, or raise its backlog and net.core.somaxconn',
    ],
    [
      'TCP_RETRANSMITS',
      { tcpRetransmits: 300 },
      'look at the network between it and its peers: security groups, limits of the instance, lost packets',
    ],
  ])('says what people can do about %s', (code, look, remedy) => {
    expect(findings(look)).toEqual([{ code, remedy, reason: expect.any(String) }]);
  });

  it.each([
    ['ENOSPC', 'no space left on a file system'],
    ['EDQUOT', 'a disk quota is used up'],
    ['EROFS', 'a file system is read-only'],
    ['EIO', 'a disk or file system fails'],
    ['EMFILE', 'too many open descriptors in a process'],
    ['ENFILE', 'too many open files on the host'],
    ['ENOMEM', 'no memory left'],
  ])('explains what %s means, and every other one of these', (code, meaning) => {
    expect(reasons({ failedCalls: { ENOENT: 9, [code]: 2 } })).toEqual([
      `system calls failed with ${code} (${meaning}), 2 times`,
    ]);
    expect(reasons({ failedCalls: { [code]: 2, ENOTTY: 1, ...(code !== 'EIO' && { EIO: 3 }) } })[0]).toMatch(
      code === 'EIO' ? /2 times$/ : /2 times; EIO \(a disk or file system fails\), 3 times$/,
    );
  });

  it('says as much as the look has shown', () => {
    expect(reasons({ throttledPercent: 85 })).toEqual([
      'a quota held it back in 85 % of the periods, for 0 s',
    ]);
    expect(reasons({ hostStealPercent: 40, cpuMs: 400, runDelayMs: 3_100 })).toEqual([
      'its threads had a CPU for 0.4 s and waited 3.1 s for one; the host’s 2 CPUs were 50 % busy, 4 % of that with it, and the hypervisor gave 40 % to others',
    ]);
    expect(reasons({ ...BUSY, cpuMs: 20_000, runDelayMs: 600 })).toEqual([
      'the host’s 2 CPUs were 80 % busy, 100 % of that with it, and its threads waited 0.6 s for more',
    ]);
    expect(reasons({ hostCpuPercent: 0, hostStealPercent: 40, cpuMs: 0, runDelayMs: 500 })).toEqual([
      'its threads had a CPU for 0 s and waited 0.5 s for one; the host’s 2 CPUs were 0 % busy, 0 % of that with it, and the hypervisor gave 40 % to others',
    ]);
    expect(reasons({ ioPressurePercent: 40 }, lookByProc())).toEqual([
      'the unit waited for I/O 40 % of the time; it read 120 KB and wrote 800 KB',
    ]);
    const { ioPressurePercent: _, ...unpressured } = QUIET_LOOK;
    expect(reasons({ ioWaitMs: 2_000 }, unpressured)).toEqual([
      'its threads were blocked for 2 s in sum; it read 120 KB and wrote 800 KB',
    ]);
    expect(reasons({ memoryPressurePercent: 31, pressureOf: 'host' })).toEqual([
      'the host waited for memory 31 % of the time',
    ]);
    expect(reasons({ tcpConnectFailures: 3 }, lookByProc())).toEqual([
      '3 of the network namespace’s attempts to connect failed',
    ]);
  });
});
