import type { KernelLook } from '../../functions/core/diagnosis/kernel/kernel-look.ts';

/** A look of ten seconds at a unit with nothing unusual, on a host with two CPUs that are half busy. */
export const QUIET_LOOK: KernelLook = {
  source: 'bpftrace',
  milliseconds: 10_000,
  processes: 2,
  threads: 12,
  cpus: 2,
  hostCpuPercent: 50,
  hostStealPercent: 0,
  cpuMs: 900,
  throttledPercent: 0,
  throttledMs: 0,
  runDelayMs: 120,
  longestRunDelayMs: 3.1,
  offCpuMs: 90_000,
  ioWaitMs: 40,
  voluntarySwitches: 4_000,
  involuntarySwitches: 60,
  cpuPressurePercent: 1.1,
  memoryPressurePercent: 0,
  ioPressurePercent: 0.4,
  readKilobytes: 120,
  writtenKilobytes: 800,
  tcpSentSegments: 12_000,
  tcpRetransmits: 2,
  tcpConnectFailures: 0,
  tcpResets: 1,
  tcpListenDrops: 0,
  failedCalls: { ENOENT: 12 },
  missing: [],
};

/** The same where bpftrace is not installed. */
export function lookByProc(): KernelLook {
  const { longestRunDelayMs, ioWaitMs, failedCalls, ...others } = QUIET_LOOK;
  return {
    ...others,
    source: 'proc',
    missing: ['bpftrace: bpftrace is not installed', 'failedCalls: needs bpftrace'],
  };
}
