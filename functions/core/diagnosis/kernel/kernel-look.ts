import * as z from 'zod/mini';

const figure = z.number();
/** What bpftrace alone can tell, or a kernel without pressure or control groups cannot. */
const maybe = z.exactOptional(z.number());

/**
 * What the kernel did with the processes of a unit for some seconds. Sums are over all of its threads, so that they may
 * exceed the time of the look. `docs/profiles.md` says where each figure comes from.
 */
const kernelLookSchema = z.object({
  source: z.enum(['bpftrace', 'proc']),
  /** How long it was looked. */
  milliseconds: figure,
  processes: figure,
  threads: figure,
  cpus: figure,
  hostCpuPercent: figure,
  /** What the hypervisor gave to others. */
  hostStealPercent: figure,
  cpuMs: figure,
  /** The smallest quota above the unit, of one CPU. @default none */
  quotaPercent: maybe,
  /** Of the periods in which it ran. */
  throttledPercent: maybe,
  throttledMs: maybe,
  /** Ready to run, and waiting for a CPU. */
  runDelayMs: figure,
  longestRunDelayMs: maybe,
  offCpuMs: figure,
  /** Off the CPU and not to be interrupted: for a disk, as a rule. */
  ioWaitMs: maybe,
  voluntarySwitches: figure,
  involuntarySwitches: figure,
  cpuPressurePercent: maybe,
  memoryPressurePercent: maybe,
  ioPressurePercent: maybe,
  /** Whose pressure it is. @default the unit's */
  pressureOf: z.exactOptional(z.literal('host')),
  readKilobytes: figure,
  writtenKilobytes: figure,
  /** Of the network namespace that the unit is in. */
  tcpSentSegments: figure,
  /** As bpftrace sees it, of the unit's sockets; otherwise, of the network namespace. The next two likewise. */
  tcpRetransmits: figure,
  tcpConnectFailures: figure,
  tcpResets: figure,
  /** Connections that a full queue has turned away, in the network namespace. */
  tcpListenDrops: figure,
  /** The most frequent errors of system calls, with their number. */
  failedCalls: z.exactOptional(z.record(z.string(), z.number())),
  /** What could not be read, and why. */
  missing: z.array(z.string()),
});

export type KernelLook = Readonly<z.output<typeof kernelLookSchema>>;

/**
 * The answer of `look_at_kernel`.
 *
 * @returns `undefined` if it is not one, or was cut off
 */
export function kernelLook(output: string): KernelLook | undefined {
  const line = output.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) return undefined;
  try {
    const parsed = kernelLookSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
