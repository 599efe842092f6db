import { describe, expect, it } from 'vitest';
import { KERNEL_RULES, kernelFindings } from '../../../../functions/core/diagnosis/kernel/kernel-findings.ts';
import { type KernelLook, kernelLook } from '../../../../functions/core/diagnosis/kernel/kernel-look.ts';
import { KERNEL_FINDINGS } from '../../../../functions/core/diagnosis/kernel/kernel-rule.ts';
import { lookByProc, QUIET_LOOK } from '../../../factories/kernel-look.ts';

const found = (look: Partial<KernelLook>, base = QUIET_LOOK) =>
  kernelFindings({ ...base, ...look }).findings.map(({ code }) => code);

describe('the findings of a look at the kernel', () => {
  it('follow one rule each, in the order in which they are listed', () => {
    expect(KERNEL_RULES.map(({ code }) => code)).toEqual(KERNEL_FINDINGS);
  });

  it('stay empty where nothing is unusual, from either source', () => {
    expect(kernelFindings(QUIET_LOOK)).toEqual({ findings: [], notJudged: [] });
    expect(kernelFindings(lookByProc())).toEqual({ findings: [], notJudged: ['CALLS_FAIL'] });
  });

  it.each<[string, string, Partial<KernelLook>]>([
    [
      'CPU_THROTTLED',
      'a quota of 20 % of a CPU held it back in 85 % of the periods, for 7.2 s',
      { quotaPercent: 20, throttledPercent: 85, throttledMs: 7_200, runDelayMs: 7_300 },
    ],
    [
      'CPU_STARVED',
      'its threads had a CPU for 0.4 s and waited 3.1 s for one; the host’s 2 CPUs were 98 % busy, 2 % of that with it',
      { hostCpuPercent: 98, cpuMs: 400, runDelayMs: 3_100 },
    ],
    [
      'CPU_SATURATED',
      'the host’s 2 CPUs were 98 % busy, 94 % of that with it, and its threads waited 6 s for more',
      { hostCpuPercent: 98, cpuMs: 18_500, runDelayMs: 6_000 },
    ],
    [
      'IO_WAIT',
      'the unit waited for I/O 62 % of the time; its threads were blocked for 9.4 s in sum; it read 120 KB and wrote 800 KB',
      { ioPressurePercent: 62, ioWaitMs: 9_400 },
    ],
    ['MEMORY_PRESSURE', 'the unit waited for memory 31 % of the time', { memoryPressurePercent: 31 }],
    [
      'CALLS_FAIL',
      'system calls failed with ENOSPC (no space left on a file system), 7 times',
      { failedCalls: { ENOENT: 900, ENOSPC: 7 } },
    ],
    [
      'CONNECTIONS_FAIL',
      '20 of its attempts to connect failed, and 8 calls with ECONNREFUSED',
      { tcpConnectFailures: 20, failedCalls: { ECONNREFUSED: 8 } },
    ],
    ['CONNECTIONS_RESET', '14 of its connections were reset', { tcpResets: 14 }],
    [
      'CONNECTIONS_DROPPED',
      '2 connections were turned away because a listen queue in its network namespace was full',
      { tcpListenDrops: 2 },
    ],
    [
      'TCP_RETRANSMITS',
      '300 of its segments were sent again, with 12000 sent from its network namespace',
      { tcpRetransmits: 300 },
    ],
  ])('name %s alone, with the figures and what to do', (code, reason, look) => {
    expect(kernelFindings({ ...QUIET_LOOK, ...look })).toEqual({
      findings: [{ code, reason, remedy: expect.stringMatching(/\w{4}/) }],
      notJudged: [],
    });
  });

  it('blame no neighbour for what a quota takes, nor for a wait that is short or on an idle host', () => {
    const waiting = { hostCpuPercent: 98, cpuMs: 400, runDelayMs: 3_100 };
    expect(found({ ...waiting, throttledPercent: 5, throttledMs: 3_000 })).toEqual([]);
    expect(found({ ...waiting, runDelayMs: 450 })).toEqual([]);
    expect(found({ ...waiting, hostCpuPercent: 60 })).toEqual([]);
    expect(found({ ...waiting, hostCpuPercent: 60, hostStealPercent: 40 })).toEqual(['CPU_STARVED']);
  });

  it('say whose pressure and whose connections they are where the unit’s own are not known', () => {
    const look = { ...lookByProc(), pressureOf: 'host', ioPressurePercent: 40, tcpResets: 9 } as const;
    const [pressure, resets] = kernelFindings(look).findings;
    expect(pressure?.reason).toMatch(/^the host waited for I\/O 40 % of the time/);
    expect(resets?.reason).toBe('9 of the network namespace’s connections were reset');
  });

  it('trust what the unit’s threads waited over the pressure on the whole host', () => {
    expect(found({ pressureOf: 'host', ioPressurePercent: 80 })).toEqual([]);
  });

  it('treat a few retransmits among many segments, or a share of very few, as usual', () => {
    expect(found({ tcpRetransmits: 60 })).toEqual([]);
    expect(found({ tcpRetransmits: 4, tcpSentSegments: 20 })).toEqual([]);
  });

  it('judge nothing by what could not be read', () => {
    const { throttledPercent, ioPressurePercent, memoryPressurePercent, ...others } = lookByProc();
    expect(kernelFindings(others).notJudged).toEqual([
      'CPU_THROTTLED',
      'IO_WAIT',
      'MEMORY_PRESSURE',
      'CALLS_FAIL',
    ]);
  });
});

describe('the answer of a look at the kernel', () => {
  it('comes from the line that holds JSON', () => {
    expect(kernelLook(`warning\n${JSON.stringify(QUIET_LOOK)}\n`)).toEqual(QUIET_LOOK);
  });

  it('does not count if it was cut off, or lacks a figure that every kernel has', () => {
    expect(kernelLook(JSON.stringify(QUIET_LOOK).slice(0, -2))).toBeUndefined();
    expect(kernelLook(JSON.stringify({ ...QUIET_LOOK, runDelayMs: null }))).toBeUndefined();
    expect(kernelLook('selfheal: NO_PROCESS: …')).toBeUndefined();
  });
});
